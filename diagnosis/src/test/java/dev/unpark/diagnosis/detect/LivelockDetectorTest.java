package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivelockDetectorTest {
  private final Detector detector = new LivelockDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String SPIN = "shop.Ring.spin(Ring.java:9)";
  private static final String RUN = "shop.Ring.run(Ring.java:4)";
  private static final long SECOND = 1_000_000_000L;

  private static Observation look(int n, double share, String... stack) {
    return new Scene()
        .used(1, "ring-1", (long) (SECOND + n * 5 * share * SECOND), stack)
        .dumped(n * 5000L);
  }

  private static Observation retrying(int n, int threads, String... stack) {
    Scene scene = new Scene();
    for (int i = 0; i < threads; i++) {
      scene.stands(i, "transfer-" + i, ThreadState.TIMED_WAITING, stack);
    }
    return scene.dumped(n * 5000L);
  }

  @Test
  void givenAThreadThatBurnsInTheSameMethods_whenSeenThreeTimes_thenItIsAdvice() {
    Finding finding =
        examine(look(0, 0.9, SPIN, RUN), look(1, 0.9, SPIN, RUN), look(2, 0.9, SPIN, RUN)).get(0);

    assertThat(finding.headline())
        .isEqualTo("1 thread burns a processor at Ring.spin and does not leave it");
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER);
    assertThat(finding.explanation().get(0)).contains("in each of 3 looks over 10.0 s");
  }

  @Test
  void givenALoopThatCallsALittle_whenSeenThreeTimes_thenTheLoopIsNamed() {
    String lambda = "shop.Ring$$Lambda$7/0x01.apply(Unknown Source)";
    String merge = "java.util.HashMap.merge(HashMap.java:1)";

    assertThat(
            examine(
                look(0, 0.9, SPIN, RUN),
                look(1, 0.9, lambda, merge, SPIN, RUN),
                look(2, 0.9, merge, SPIN, RUN)))
        .singleElement()
        .extracting(Finding::headline)
        .isEqualTo("1 thread burns a processor at Ring.spin and does not leave it");
  }

  @Test
  void givenAThreadThatSpins_whenSeenThreeTimes_thenItIsAWarning() {
    String yield = "java.lang.Thread.yield(Native Method)";
    Finding finding =
        examine(look(0, 0.9, yield, SPIN), look(1, 0.9, yield, SPIN), look(2, 0.9, yield, SPIN))
            .get(0);

    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.headline()).isEqualTo("1 thread retries at Ring.spin and gets nowhere");
  }

  @Test
  void givenThreadsThatTryForLocksAllTheTime_whenSeenThreeTimes_thenTheyAreFoundTogether() {
    String[] stack = {
      "jdk.internal.misc.Unsafe.park(Native Method)",
      "java.util.concurrent.locks.ReentrantLock.tryLock(R.java:1)",
      "shop.Bank.move(Bank.java:31)"
    };

    Finding finding =
        examine(retrying(0, 2, stack), retrying(1, 2, stack), retrying(2, 2, stack)).get(0);

    assertThat(finding.headline()).isEqualTo("2 threads retry at Bank.move and get nowhere");
    assertThat(finding.participants()).hasSize(2);
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(examine(retrying(0, 1, stack), retrying(1, 1, stack), retrying(2, 1, stack)))
        .isEmpty();
    assertThat(examine(retrying(0, 2, RUN), retrying(1, 2, stack), retrying(2, 2, stack)))
        .isEmpty();
  }

  @Test
  void givenThreadsThatTryForLocksInALiveJvm_whenTheyUseNoProcessor_thenFindsNothing() {
    String[] stack = {
      "jdk.internal.misc.Unsafe.park(Native Method)",
      "java.util.concurrent.locks.ReentrantLock.tryLock(R.java:1)",
      "shop.Bank.move(Bank.java:31)"
    };
    Scene scene =
        new Scene()
            .stands(1, "transfer-1", ThreadState.TIMED_WAITING, stack)
            .stands(2, "transfer-2", ThreadState.TIMED_WAITING, stack);

    assertThat(examine(scene.at(0), scene.at(5000), scene.at(10_000))).isEmpty();
  }

  @Test
  void givenALiveThreadThatBurns_whenItSpins_thenFoundAndNotWhenItComputes() {
    String yield = "java.lang.Thread.yield(Native Method)";

    assertThat(examine(live(0, yield, SPIN, RUN), live(1, SPIN, RUN), live(2, yield, SPIN, RUN)))
        .hasSize(1);
    assertThat(examine(live(0, SPIN, RUN), live(1, SPIN, RUN), live(2, SPIN, RUN))).isEmpty();
  }

  private static Observation live(int n, String... stack) {
    return new Scene()
        .used(1, "ring-1", (long) (SECOND + n * 5 * 0.9 * SECOND), stack)
        .at(n * 5000L);
  }

  @Test
  void givenAThreadThatMovesOrRestsOrIsNew_whenSeenThreeTimes_thenFindsNothing() {
    String[] deep = {"a.A.a(A.java:1)", "b.B.b(B.java:1)", SPIN, RUN};
    assertThat(examine(look(0, 0.9, RUN), look(1, 0.9, deep), look(2, 0.9, RUN))).isEmpty();
    assertThat(examine(look(0, 0.9, RUN), look(1, 0.9, "a.A.a(A.java:1)"), look(2, 0.9, RUN)))
        .isEmpty();
    assertThat(examine(look(0, 0.01, SPIN), look(1, 0.01, SPIN), look(2, 0.01, SPIN))).isEmpty();
    assertThat(examine(new Scene().dumped(0), look(1, 0.9, SPIN), look(2, 0.9, SPIN))).isEmpty();
    assertThat(examine(look(0, 0.9, SPIN), look(1, 0.9, SPIN))).isEmpty();
    String poll = "sun.nio.ch.EPoll.wait(Native Method)";
    assertThat(examine(look(0, 0.9, poll, RUN), look(1, 0.9, poll, RUN), look(2, 0.9, poll, RUN)))
        .isEmpty();
    String call = "shop.Native.poll(Native Method)";
    assertThat(examine(look(0, 0.9, call, RUN), look(1, 0.9, call, RUN), look(2, 0.9, call, RUN)))
        .isEmpty();
    String jdk = "java.util.HashMap.get(HashMap.java:1)";
    assertThat(examine(look(0, 0.9, jdk), look(1, 0.9, jdk), look(2, 0.9, jdk))).isEmpty();
  }

  private static Observation once(int threads, long cpu, String... stack) {
    Scene scene = new Scene();
    for (int i = 0; i < threads; i++) {
      scene.used(i, "busy-" + i, cpu, stack);
    }
    return scene.dumped(0);
  }

  @Test
  void givenThreadsThatComputeAtTheSameLine_whenDumpedOnce_thenItIsAdvice() {
    Finding finding = examine(once(3, SECOND, SPIN, RUN)).get(0);

    assertThat(finding.headline())
        .isEqualTo("3 threads compute at the same line, Ring.spin(Ring.java:9)");
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.participants()).hasSize(3);
    assertThat(examine(once(3, ThreadTraits.UNKNOWN_CPU, SPIN, RUN))).hasSize(1);
  }

  @Test
  void givenThreadsThatComputeHereAndThere_whenDumpedOnce_thenFindsNothing() {
    assertThat(examine(once(2, SECOND, SPIN, RUN))).isEmpty();
    assertThat(examine(once(3, SECOND / 10, SPIN, RUN))).isEmpty();
    assertThat(examine(once(3, SECOND, "java.util.HashMap.get(HashMap.java:1)", RUN))).isEmpty();
    assertThat(examine(once(3, SECOND, "shop.Native.read(Native Method)", RUN))).isEmpty();
    assertThat(examine(once(3, SECOND, "__poll(native code)", RUN))).isEmpty();
    assertThat(examine(once(3, SECOND))).isEmpty();
    assertThat(
            examine(
                new Scene()
                    .used(1, "a", SECOND, SPIN)
                    .used(2, "b", SECOND, SPIN)
                    .used(3, "c", SECOND, RUN)
                    .dumped(0)))
        .isEmpty();
  }

  @Test
  void givenALoopThatPollsForEvents_whenOneLookShowsItPolling_thenItIsNoLivelock() {
    String run = "com.lmax.disruptor.BatchEventProcessor.run(BatchEventProcessor.java:120)";
    String waitFor = "com.lmax.disruptor.ProcessingSequenceBarrier.waitFor(P.java:1)";
    String available = "com.lmax.disruptor.MultiProducerSequencer.isAvailable(M.java:1)";

    assertThat(
            examine(
                look(0, 0.9, available, waitFor, run),
                look(
                    1,
                    0.9,
                    "com.lmax.disruptor.BusySpinWaitStrategy.waitFor(B.java:1)",
                    waitFor,
                    run),
                look(2, 0.9, run)))
        .isEmpty();
  }
}
