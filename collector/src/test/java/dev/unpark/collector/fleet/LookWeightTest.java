package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.collector.Requests;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.telemetry.ObservationDecoder;
import dev.unpark.telemetry.ObservationEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an ordinary JVM counts as, so that the bound is for those who send to do harm. */
class LookWeightTest {
  private static final JvmIdentity JVM = new JvmIdentity("payments", "1", 4711, "25");
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final int THREADS = 200;

  /** A gigabyte of heap holds two thousand such JVMs. */
  @Test
  void givenTwoHundredThreadsThatComeAndGo_whenLookedAtForTwoMinutes_thenTheyTakeTheirPart()
      throws Exception {
    LookMemory.Budget budget = new LookMemory.Budget(Long.MAX_VALUE);
    LookMemory memory = new LookMemory(budget);
    ObservationEncoder encoder = new ObservationEncoder();
    ObservationDecoder decoder = new ObservationDecoder(JVM);
    Diagnostician diagnostician = new Diagnostician(List.of(), java.time.Duration.ZERO);
    long most = 0;
    for (int look = 0; look < 60; look++) {
      byte[] frame = Requests.body(encoder.encode(seen(look))).toByteArray();
      diagnostician.observe(decoder.decode(frame, 0, frame.length, memory).orElseThrow());
      memory.keep(diagnostician.looks());
      most = Math.max(most, budget.used());
    }

    long share = Fleet.roomForLooks(1L << 30) / 2_000;
    assertThat(most).isBetween(share / 6, share);
  }

  private static Observation seen(int look) {
    List<ObservedThread> threads = new ArrayList<>();
    List<Resource> resources = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      String lock = "java.util.concurrent.locks.ReentrantLock@" + Integer.toHexString(7_919 * i);
      boolean moved = (i + look) % 10 == 0;
      threads.add(
          ObservedThread.live(
              i,
              "http-nio-8080-exec-" + i,
              false,
              ThreadState.WAITING,
              new Wait(lock, false, "1:" + (moved ? look : 0), null),
              stack(i % 40)));
      if (i % 2 == 0) {
        resources.add(
            new Resource(
                lock,
                ResourceKind.REENTRANT_LOCK,
                "java.util.concurrent.locks.ReentrantLock",
                "shop.Account.<init>(Account.java:" + i + ")",
                Release.owner((i + 2) % THREADS)));
      }
    }
    return new Observation(
        JVM, NOON.plusSeconds(2L * look), threads, resources, List.of(), List.of(), List.of());
  }

  private static List<String> stack(int number) {
    return IntStream.range(0, 40)
        .mapToObj(
            frame ->
                "com.example.shop.service.Layer%d.callTheNextOne(Layer%d.java:%d)"
                    .formatted(frame, frame, frame < 5 ? number : 17))
        .toList();
  }
}
