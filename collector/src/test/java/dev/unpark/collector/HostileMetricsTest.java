package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metrics whose names and sizes are made to do harm to others. */
class HostileMetricsTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("metrics-1");

  private Collector collector;

  @BeforeEach
  void start() throws Exception {
    collector = Collector.start(CollectorSettings.onFreePorts());
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void givenAMetricSpeltLikeOurFindings_whenAFindingIsOpen_thenThePageIsStillServed()
      throws Exception {
    try (SendingJvm sending = SendingJvm.overHttp(JVM, collector)) {
      sending.send(Looks.deadlocked(JVM, NOON));
      sending.send(Looks.deadlocked(JVM, NOON.plusSeconds(1)));
      await()
          .until(() -> Http.get(collector.webPort(), "/metrics").contains("unpark_finding_active"));

      ExportMetricsPartialSuccess answer =
          post(
              JVM,
              gauge(
                  "unpark_finding_active",
                  point(9)
                      .addAttributes(Requests.attribute("finding_type", "deadlock"))
                      .addAttributes(Requests.attribute("severity", "critical"))
                      .addAttributes(Requests.attribute("certainty", "proven"))));

      assertThat(answer.getRejectedDataPoints()).isEqualTo(1);
      assertThat(answer.getErrorMessage()).contains("taken by another metric");
      assertThat(Http.get(collector.webPort(), "/metrics").lines())
          .filteredOn(line -> line.startsWith("unpark_finding_active{certainty=\"proven\""))
          .singleElement()
          .satisfies(line -> assertThat(line).endsWith(" 1.0"));
    }
  }

  @Test
  void givenAJvmThatSendsOurMetricAsAnotherType_whenOthersSendItRight_thenTheirsAreShown()
      throws Exception {
    JvmIdentity first = new JvmIdentity("aaa", "1", 1, "");
    Metric wrong =
        Metric.newBuilder()
            .setName("jvm.executor.queue.size")
            .setHistogram(
                Histogram.newBuilder()
                    .addDataPoints(HistogramDataPoint.newBuilder().setCount(1).addBucketCounts(1)))
            .build();

    assertThat(post(first, wrong).getRejectedDataPoints()).isEqualTo(1);
    assertThat(post(JVM, gauge("jvm.executor.queue.size", point(5))).getRejectedDataPoints())
        .isZero();

    assertThat(Http.get(collector.webPort(), "/metrics"))
        .contains("jvm_executor_queue_size{instance=\"metrics-1\",job=\"payments\"} 5.0");
  }

  @Test
  void givenTwoMetricsOfOneSpelling_whenSent_thenTheyDoNotOverwriteEachOther() throws Exception {
    assertThat(post(JVM, gauge("shop.orders", point(1))).getRejectedDataPoints()).isZero();
    assertThat(post(JVM, gauge("shop_orders", point(500))).getRejectedDataPoints()).isEqualTo(1);

    assertThat(Http.get(collector.webPort(), "/metrics"))
        .contains("shop_orders{instance=\"metrics-1\",job=\"payments\"} 1.0");
  }

  @Test
  void givenSeriesWithHugeLabels_whenSent_thenTheirSizeCountsAgainstTheLimit() throws Exception {
    Gauge.Builder points = Gauge.newBuilder();
    for (int i = 0; i < 100; i++) {
      NumberDataPoint.Builder point = point(i);
      for (int k = 0; k < 32; k++) {
        point.addAttributes(Requests.attribute("k" + k, i + "x".repeat(1_000)));
      }
      points.addDataPoints(point);
    }

    ExportMetricsPartialSuccess answer =
        post(JVM, Metric.newBuilder().setName("huge").setGauge(points).build());

    assertThat(answer.getErrorMessage()).contains("more series than");
    assertThat(answer.getRejectedDataPoints()).isBetween(80L, 90L);
  }

  private static NumberDataPoint.Builder point(double value) {
    return NumberDataPoint.newBuilder().setAsDouble(value);
  }

  private static Metric gauge(String name, NumberDataPoint.Builder point) {
    return Metric.newBuilder()
        .setName(name)
        .setGauge(Gauge.newBuilder().addDataPoints(point))
        .build();
  }

  private ExportMetricsPartialSuccess post(JvmIdentity jvm, Metric metric) throws Exception {
    byte[] answer =
        Http.send(
                "POST",
                collector.httpPort(),
                "/v1/metrics",
                Requests.metrics(jvm, metric).toByteArray(),
                "Content-Type",
                "application/x-protobuf")
            .body();
    return ExportMetricsServiceResponse.parseFrom(answer).getPartialSuccess();
  }
}
