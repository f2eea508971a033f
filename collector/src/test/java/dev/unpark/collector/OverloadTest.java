package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** More than can be diagnosed: each observation is taken and diagnosed, or refused and counted. */
class OverloadTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final int SENDERS = 8;
  private static final int REQUESTS = 40;
  private static final int LOOKS_PER_REQUEST = 3;

  private final SlowDetector slow = new SlowDetector();

  /** What one sender was told. */
  private record Told(int taken, int refused) {}

  @Test
  void givenFarMoreThanIsRead_whenCounted_thenWhatWasSentIsDiagnosedOrRefusedToTheLast()
      throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    try (Collector small =
        Collector.start(
            CollectorSettings.builder().ports(0, 0, 0).workers(1).maxQueued(7).build(),
            Clock.systemUTC(),
            slow::diagnostician)) {
      List<Future<Told>> all = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        all.add(senders.submit(sender(small, Looks.jvm("payments-" + i))));
      }
      int taken = 0;
      int refused = 0;
      for (Future<Told> each : all) {
        taken += each.get().taken;
        refused += each.get().refused;
      }
      slow.letGo();

      assertThat(taken + refused).isEqualTo(SENDERS * REQUESTS);
      assertThat(refused).isPositive();
      long sent = (long) SENDERS * REQUESTS * LOOKS_PER_REQUEST;
      await()
          .untilAsserted(
              () -> {
                String page = Http.get(small.webPort(), "/metrics");
                long diagnosed = sum(page, "unpark_collector_analysis_duration_seconds_count");
                long dropped = sum(page, "unpark_collector_dropped_total");
                long rejected = sum(page, "unpark_collector_rejected_total");
                assertThat(diagnosed + dropped + rejected).isEqualTo(sent);
                assertThat(rejected).isPositive();
              });
    } finally {
      senders.shutdownNow();
    }
  }

  private static Callable<Told> sender(Collector to, JvmIdentity jvm) {
    return () -> {
      ObservationEncoder encoder = new ObservationEncoder();
      int taken = 0;
      int refused = 0;
      for (int i = 0; i < REQUESTS; i++) {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        for (int look = 0; look < LOOKS_PER_REQUEST; look++) {
          Instant time = NOON.plusSeconds(i * LOOKS_PER_REQUEST + look);
          request.mergeFrom(Requests.observation(jvm, encoder, Looks.released(jvm, time)));
        }
        HttpResponse<byte[]> answer =
            Http.send(
                "POST",
                to.httpPort(),
                "/v1/logs",
                request.build().toByteArray(),
                "Content-Type",
                "application/x-protobuf");
        if (answer.statusCode() == 200) {
          taken++;
        } else {
          assertThat(answer.statusCode()).isEqualTo(503);
          assertThat(answer.headers().firstValue("retry-after")).isPresent();
          refused++;
          encoder.forgetBase();
        }
      }
      return new Told(taken, refused);
    };
  }

  private static long sum(String page, String metric) {
    Matcher line = Pattern.compile("(?m)^" + metric + "(\\{.*})? (\\S+)$").matcher(page);
    double sum = 0;
    while (line.find()) {
      sum += Double.parseDouble(line.group(2));
    }
    return (long) sum;
  }
}
