package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.JvmResource;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final JvmIdentity JVM = Looks.jvm("metrics-1");
  private static final String WHO = "instance=\"metrics-1\",job=\"payments\"";

  /** A sample as the text format 0.0.4 defines it. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:][a-zA-Z0-9_:]*"
              + "(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\n\"])*\",?)*\\})?"
              + " (NaN|[+-]Inf|[-+0-9.eE]+)( -?[0-9]+)?");

  @Test
  void givenInstrumentsOfTheSdk_whenSentOverHttp_thenPrometheusReadsThem() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      assertInstrumentsAreShown(
          collector,
          OtlpHttpMetricExporter.builder()
              .setEndpoint("http://127.0.0.1:" + collector.httpPort() + "/v1/metrics")
              .setCompression("gzip")
              .build());
    }
  }

  @Test
  void givenInstrumentsOfTheSdk_whenSentOverGrpc_thenPrometheusReadsThem() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      assertInstrumentsAreShown(
          collector,
          OtlpGrpcMetricExporter.builder()
              .setEndpoint("http://127.0.0.1:" + collector.grpcPort())
              .build());
    }
  }

  private static void assertInstrumentsAreShown(Collector collector, MetricExporter exporter)
      throws Exception {
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setResource(Resource.create(JvmResource.attributes(JVM, "host \"1\"\\\n")))
            .registerMetricReader(
                PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build())
            .build()) {
      Meter meter = provider.get("test");
      meter
          .counterBuilder("unpark.lock.contentions")
          .setUnit("{contention}")
          .build()
          .add(3, Attributes.builder().put("lock.site", "a\"b\\c\nd").put("le", "x").build());
      meter.upDownCounterBuilder("jvm.thread.count").setUnit("{thread}").build().add(-2);
      meter.gaugeBuilder("unpark.lock.pressure").setUnit("1").build().set(0.25);
      var wait =
          meter
              .histogramBuilder("unpark.lock.wait.duration")
              .setUnit("s")
              .setExplicitBucketBoundariesAdvice(List.of(0.1, 1.0))
              .build();
      wait.record(0.05);
      wait.record(0.5);
      wait.record(5);
      provider.forceFlush().join(10, TimeUnit.SECONDS);

      String page = Http.get(collector.webPort(), "/metrics");

      assertParses(page);
      assertThat(page.lines())
          .contains(
              "# TYPE unpark_lock_contentions_total counter",
              "unpark_lock_contentions_total{exported_le=\"x\","
                  + WHO
                  + ",lock_site=\"a\\\"b\\\\c\\nd\"} 3.0",
              "jvm_thread_count{" + WHO + "} -2.0",
              "unpark_lock_pressure_ratio{" + WHO + "} 0.25",
              "# TYPE unpark_lock_wait_duration_seconds histogram",
              "unpark_lock_wait_duration_seconds_bucket{" + WHO + ",le=\"0.1\"} 1",
              "unpark_lock_wait_duration_seconds_bucket{" + WHO + ",le=\"1.0\"} 2",
              "unpark_lock_wait_duration_seconds_bucket{" + WHO + ",le=\"+Inf\"} 3",
              "unpark_lock_wait_duration_seconds_count{" + WHO + "} 3",
              "unpark_lock_wait_duration_seconds_sum{" + WHO + "} 5.55",
              "target_info{host_name=\"host \\\"1\\\"\\\\\\n\","
                  + WHO
                  + ",process_pid=\"4711\",process_runtime_version=\"25.0.3\"} 1");

      String openMetrics =
          Http.get(
              collector.webPort(),
              "/metrics",
              "Accept",
              "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
      assertThat(openMetrics)
          .endsWith("# EOF\n")
          .contains("# TYPE unpark_lock_contentions counter", "# TYPE target info");
    }
  }

  @Test
  void givenPointsThatCannotBeShown_whenSent_thenRefusedInPartWithTheReasons() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      ExportMetricsServiceResponse answer =
          post(
              collector,
              Requests.metrics(
                  JVM,
                  gauge("fine", 1),
                  Metric.newBuilder()
                      .setName("delta")
                      .setSum(
                          Sum.newBuilder()
                              .setIsMonotonic(true)
                              .setAggregationTemporality(
                                  AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
                              .addDataPoints(NumberDataPoint.newBuilder().setAsInt(1)))
                      .build(),
                  Metric.newBuilder()
                      .setName("falling")
                      .setSum(
                          Sum.newBuilder()
                              .setIsMonotonic(true)
                              .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(-1)))
                      .build(),
                  Metric.newBuilder()
                      .setName("exponential")
                      .setExponentialHistogram(
                          ExponentialHistogram.newBuilder()
                              .addDataPoints(ExponentialHistogramDataPoint.newBuilder()))
                      .build(),
                  Metric.newBuilder()
                      .setName("odd.buckets")
                      .setHistogram(
                          Histogram.newBuilder()
                              .addDataPoints(
                                  HistogramDataPoint.newBuilder()
                                      .setCount(2)
                                      .addBucketCounts(1)
                                      .addBucketCounts(1)
                                      .addExplicitBounds(Double.NaN)))
                      .build(),
                  Metric.newBuilder()
                      .setName("fine")
                      .setSum(
                          Sum.newBuilder()
                              .setIsMonotonic(true)
                              .addDataPoints(NumberDataPoint.newBuilder().setAsInt(1)))
                      .build()));

      assertThat(answer.getPartialSuccess().getRejectedDataPoints()).isEqualTo(5);
      assertThat(answer.getPartialSuccess().getErrorMessage())
          .contains("send cumulative", "exponential", "makes no sense", "taken by another metric");
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("fine{" + WHO + "} 1.0")
          .doesNotContain("fine_total")
          .contains("unpark_collector_rejected_total{reason=\"delta\",signal=\"metrics\"} 1.0");
    }
  }

  @Test
  void givenNamesMadeToBreakThePage_whenSent_thenThePageStillParses() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      String[] names = {
        "a_total",
        "a",
        "a.bucket",
        "a_count",
        "target",
        "target_info",
        "target.info",
        "x_created",
        "x",
        "0",
        "…",
        "__name__",
        "unpark.collector.jvms",
        "unpark_collector_jvms",
        "b_info",
        "new\nline 1\n# HELP",
        "_total",
        "_info",
        "unpark.collector.received"
      };
      for (String name : names) {
        post(collector, Requests.metrics(JVM, gauge(name, 7)));
        post(collector, Requests.metrics(Looks.jvm("metrics-2"), hostileCounter(name)));
      }
      post(collector, Requests.metrics(JVM, hostileCounter("labels")));

      String page = Http.get(collector.webPort(), "/metrics");

      assertParses(page);
      assertThat(page).contains("a_b=\"1;2\"", "exported_job=\"stolen\"");
      assertThat(page).contains("\nunpark_collector_jvms 2.0\n");
      assertParses(
          Http.get(collector.webPort(), "/metrics", "Accept", "application/openmetrics-text")
              .replace("# EOF\n", ""));
    }
  }

  @Test
  void givenAFloodOfSeries_whenSent_thenTheRestIsRefusedAndTheFirstGoOn() throws Exception {
    try (Collector collector = Collector.start(Settings.withLimits(10, 100, 150))) {
      assertThat(post(collector, flood(JVM, 500)).getPartialSuccess().getRejectedDataPoints())
          .isEqualTo(400);
      assertThat(
              post(collector, flood(Looks.jvm("metrics-2"), 500))
                  .getPartialSuccess()
                  .getRejectedDataPoints())
          .isEqualTo(450);
      assertThat(post(collector, flood(JVM, 100)).hasPartialSuccess()).isFalse();
    }
  }

  @Test
  void givenAnObservedJvm_whenItsAgentCountsFindingsToo_thenOnlyOursAreShown() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts());
        SendingJvm sending = SendingJvm.overHttp(JVM, collector)) {
      post(collector, Requests.metrics(JVM, gauge("unpark.finding.active", 99)));
      assertThat(Http.get(collector.webPort(), "/metrics")).contains("unpark_finding_active");

      sending.send(Looks.released(JVM, java.time.Instant.parse("2026-01-31T12:00:00Z")));

      org.awaitility.Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/metrics"))
                      .doesNotContain("unpark_finding_active"));
    }
  }

  @Test
  void givenPromtool_whenItReadsThePage_thenItFindsItWellFormed(@TempDir Path scratch)
      throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/promtool")), "promtool is not installed");
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts());
        SendingJvm sending = SendingJvm.overHttp(JVM, collector)) {
      for (int i = 0; i < 2; i++) {
        sending.send(
            Looks.deadlocked(JVM, java.time.Instant.parse("2026-01-31T12:00:00Z").plusSeconds(i)));
      }
      Path page =
          Files.writeString(
              scratch.resolve("metrics.txt"), Http.get(collector.webPort(), "/metrics"));
      Process promtool =
          new ProcessBuilder("/usr/bin/promtool", "check", "metrics")
              .redirectInput(page.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(promtool.getInputStream().readAllBytes());

      // 3 would be opinions about names, 1 a page that it cannot read.
      assertThat(promtool.waitFor()).as(said).isIn(0, 3);
    }
  }

  private static ExportMetricsServiceRequest flood(JvmIdentity jvm, int series) {
    Gauge.Builder gauge = Gauge.newBuilder();
    for (int i = 0; i < series; i++) {
      gauge.addDataPoints(
          NumberDataPoint.newBuilder().setAsInt(i).addAttributes(Requests.attribute("n", "" + i)));
    }
    return Requests.metrics(jvm, Metric.newBuilder().setName("flood").setGauge(gauge).build());
  }

  private static Metric hostileCounter(String name) {
    return Metric.newBuilder()
        .setName(name)
        .setDescription("help\n# TYPE evil counter \\")
        .setSum(
            Sum.newBuilder()
                .setIsMonotonic(true)
                .addDataPoints(
                    NumberDataPoint.newBuilder()
                        .setAsInt(1)
                        .addAttributes(Requests.attribute("", "empty"))
                        .addAttributes(Requests.attribute("a.b", "1"))
                        .addAttributes(Requests.attribute("a_b", "2"))
                        .addAttributes(Requests.attribute("job", "stolen"))
                        .addAttributes(Requests.attribute("__name__", "stolen"))
                        .addAttributes(Requests.attribute("long", "y".repeat(100_000)))))
        .build();
  }

  private static Metric gauge(String name, double value) {
    return Metric.newBuilder()
        .setName(name)
        .setGauge(Gauge.newBuilder().addDataPoints(NumberDataPoint.newBuilder().setAsDouble(value)))
        .build();
  }

  private static ExportMetricsServiceResponse post(
      Collector collector, ExportMetricsServiceRequest request)
      throws IOException, InterruptedException {
    var response =
        Http.send(
            "POST",
            collector.httpPort(),
            "/v1/metrics",
            request.toByteArray(),
            "Content-Type",
            "application/x-protobuf");
    assertThat(response.statusCode()).isEqualTo(200);
    return ExportMetricsServiceResponse.parseFrom(response.body());
  }

  /** Every line is a comment or a sample, every metric is described once, no series comes twice. */
  private static void assertParses(String page) {
    Set<String> types = new HashSet<>();
    Set<String> series = new HashSet<>();
    for (String line : page.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        assertThat(types.add(line.split(" ")[2])).as(line).isTrue();
      } else if (!line.startsWith("# ")) {
        assertThat(line).matches(SAMPLE);
        assertThat(series.add(line.substring(0, line.lastIndexOf(' ')))).as(line).isTrue();
      }
    }
    assertThat(series).isNotEmpty();
  }
}
