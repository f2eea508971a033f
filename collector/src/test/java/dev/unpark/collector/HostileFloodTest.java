package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.telemetry.Events;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Floods of names, of series and of large looks, at a collector with a small heap. */
class HostileFloodTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path scratch;

  @Test
  void givenFloodsOfEachKind_whenSent_thenEachIsBoundedAndToldAndAnOrdinaryJvmIsStillDiagnosed()
      throws Exception {
    try (CollectorProcess collector =
        CollectorProcess.ready(
            scratch, List.of("-Xmx128m"), "--max-jvms=300", "--max-series=5000")) {
      JvmIdentity ordinary = Looks.jvm("ordinary");
      ObservationEncoder encoder = new ObservationEncoder();
      logs(collector, Requests.observation(ordinary, encoder, Looks.deadlocked(ordinary, NOON)));

      assertThat(memoryRefusals(collector)).isPositive();
      assertThat(jvmRefusals(collector)).isGreaterThan(1_000);
      assertThat(seriesRefusals(collector)).isGreaterThan(10_000);
      hugeAttributes(collector);

      logs(
          collector,
          Requests.observation(ordinary, encoder, Looks.deadlocked(ordinary, NOON.plusSeconds(1))));
      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/api/findings?service=payments"))
                      .contains("\"instance\":\"ordinary\"", "\"certainty\":\"proven\""));
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains(
              "{reason=\"memory\",signal=\"logs\"}", "{reason=\"jvm_limit\",", "series_limit");
      String log = collector.err();
      assertThat(log).doesNotContain("OutOfMemoryError", "internal fault");
      for (String reason : List.of("memory", "jvm_limit", "series_limit")) {
        assertThat(log.lines().filter(line -> line.contains("\"reason\":\"" + reason + "\"")))
            .as(reason)
            .hasSizeBetween(1, 6);
      }
    }
  }

  /** The same look of thousands of threads under fifty names, twice. */
  private static long memoryRefusals(CollectorProcess collector) throws Exception {
    List<ObservedThread> threads = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      threads.add(
          ObservedThread.live(
              i,
              "x".repeat(100) + i,
              false,
              ThreadState.WAITING,
              new Wait("lock-" + i, false, "1:1", null),
              List.of("a.B.c(B.java:" + i + ")")));
    }
    long refused = 0;
    for (int round = 0; round < 2; round++) {
      Observation look =
          new Observation(
              Looks.jvm("hog"),
              NOON.plusSeconds(round),
              threads,
              List.of(),
              List.of(),
              List.of(),
              List.of());
      AnyValue body = Requests.body(new ObservationEncoder().encode(look));
      for (int i = 0; i < 50; i++) {
        Resource hog = Requests.resource(new JvmIdentity("hog", "" + i, 1, ""));
        HttpResponse<byte[]> answer = logs(collector, Requests.log(hog, Events.OBSERVATION, body));
        if (answer.statusCode() == 200) {
          refused +=
              ExportLogsServiceResponse.parseFrom(answer.body())
                  .getPartialSuccess()
                  .getRejectedLogRecords();
        }
      }
    }
    return refused;
  }

  private static long jvmRefusals(CollectorProcess collector) throws Exception {
    ExportMetricsServiceRequest.Builder all = ExportMetricsServiceRequest.newBuilder();
    for (int i = 0; i < 2_000; i++) {
      all.mergeFrom(Requests.metrics(new JvmIdentity("flood", "" + i, 1, ""), gauge("a", 1)));
    }
    return refused(post(collector, "metrics", all.build()));
  }

  private static long seriesRefusals(CollectorProcess collector) throws Exception {
    return refused(
        post(
            collector, "metrics", Requests.metrics(Looks.jvm("ordinary"), gauge("flood", 20_000))));
  }

  /** None of it may be kept: a label of a megabyte, a hundred thousand attributes of a resource. */
  private static void hugeAttributes(CollectorProcess collector) throws Exception {
    Resource.Builder resource = Requests.resource(Looks.jvm("ordinary")).toBuilder();
    for (int i = 0; i < 100_000; i++) {
      resource.addAttributes(Requests.attribute("k" + i, "v"));
    }
    resource.addAttributes(Requests.attribute("huge", "x".repeat(1 << 20)));
    KeyValue huge = Requests.attribute("huge", "x".repeat(1 << 20));
    assertThat(
            post(
                    collector,
                    "logs",
                    Requests.log(
                        resource.build(), "unpark.observation", AnyValue.getDefaultInstance()))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            refused(
                post(
                    collector,
                    "metrics",
                    Requests.metrics(
                        Looks.jvm("ordinary"),
                        Metric.newBuilder()
                            .setName("huge")
                            .setGauge(
                                Gauge.newBuilder()
                                    .addDataPoints(
                                        NumberDataPoint.newBuilder().addAttributes(huge)))
                            .build()))))
        .isEqualTo(1);
  }

  private static Metric gauge(String name, int series) {
    Gauge.Builder points = Gauge.newBuilder();
    for (int i = 0; i < series; i++) {
      points.addDataPoints(
          NumberDataPoint.newBuilder().setAsInt(i).addAttributes(Requests.attribute("i", "" + i)));
    }
    return Metric.newBuilder().setName(name).setGauge(points).build();
  }

  private static long refused(HttpResponse<byte[]> answer) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(200);
    return ExportMetricsServiceResponse.parseFrom(answer.body())
        .getPartialSuccess()
        .getRejectedDataPoints();
  }

  private static HttpResponse<byte[]> logs(CollectorProcess collector, Message request)
      throws Exception {
    return post(collector, "logs", request);
  }

  private static HttpResponse<byte[]> post(
      CollectorProcess collector, String signal, Message request) throws Exception {
    return Http.send(
        "POST",
        collector.httpPort(),
        "/v1/" + signal,
        Requests.gzip(request.toByteArray()),
        "Content-Type",
        "application/x-protobuf",
        "Content-Encoding",
        "gzip");
  }
}
