package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.JvmResource;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenTelemetry's own exporters: three signals, over each transport, packed or not. */
class OtlpExportersTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static Collector collector;

  @BeforeAll
  static void start() throws StartFailure {
    collector = Collector.start(CollectorSettings.onFreePorts());
  }

  @AfterAll
  static void stop() {
    collector.close();
  }

  @ParameterizedTest
  @CsvSource({
    "grpc,none", "grpc,gzip",
    "http/protobuf,none", "http/protobuf,gzip",
    "http/json,none", "http/json,gzip"
  })
  void givenAnExporterOfTheSdk_whenItSendsLogsMetricsAndSpans_thenAllAreTaken(
      String transport, String packing) throws Exception {
    JvmIdentity jvm = Looks.jvm(transport.replace('/', '-') + "-" + packing);
    double spansBefore = received("traces", transport);

    try (SendingJvm sending = new SendingJvm(jvm, logs(transport, packing))) {
      sending.send(Looks.deadlocked(jvm, NOON));
      sending.send(Looks.deadlocked(jvm, NOON.plusSeconds(1)));
    }
    Resource resource = Resource.create(JvmResource.attributes(jvm, "host-1"));
    try (SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricReader(
                PeriodicMetricReader.builder(metrics(transport, packing))
                    .setInterval(Duration.ofHours(1))
                    .build())
            .build()) {
      meters.get("test").counterBuilder("shop.orders").build().add(7);
      assertThat(meters.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    }
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setResource(resource)
            .addSpanProcessor(SimpleSpanProcessor.create(spans(transport, packing)))
            .build()) {
      tracers.get("test").spanBuilder("GET /cart").startSpan().end();
      assertThat(tracers.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    await()
        .untilAsserted(
            () ->
                assertThat(Http.get(collector.webPort(), "/api/findings"))
                    .contains("\"instance\":\"" + jvm.instance() + "\""));
    assertThat(Http.get(collector.webPort(), "/metrics"))
        .contains("shop_orders_total{instance=\"" + jvm.instance() + "\",job=\"payments\"} 7.0");
    assertThat(received("traces", transport)).isEqualTo(spansBefore + 1);
  }

  private static double received(String signal, String transport) throws Exception {
    String series =
        "unpark_collector_received_total{signal=\"%s\",transport=\"%s\"} "
            .formatted(signal, transport);
    return Http.get(collector.webPort(), "/metrics")
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  private static LogRecordExporter logs(String transport, String packing) throws Exception {
    return transport.equals("grpc")
        ? OtlpGrpcLogRecordExporter.builder().setEndpoint(grpc()).setCompression(packing).build()
        : in(
                transport,
                OtlpHttpLogRecordExporter.builder()
                    .setEndpoint(http("logs"))
                    .setCompression(packing))
            .build();
  }

  private static MetricExporter metrics(String transport, String packing) throws Exception {
    return transport.equals("grpc")
        ? OtlpGrpcMetricExporter.builder().setEndpoint(grpc()).setCompression(packing).build()
        : in(
                transport,
                OtlpHttpMetricExporter.builder()
                    .setEndpoint(http("metrics"))
                    .setCompression(packing))
            .build();
  }

  private static SpanExporter spans(String transport, String packing) throws Exception {
    return transport.equals("grpc")
        ? OtlpGrpcSpanExporter.builder().setEndpoint(grpc()).setCompression(packing).build()
        : in(
                transport,
                OtlpHttpSpanExporter.builder().setEndpoint(http("traces")).setCompression(packing))
            .build();
  }

  private static String grpc() {
    return "http://127.0.0.1:" + collector.grpcPort();
  }

  private static String http(String signal) {
    return "http://127.0.0.1:" + collector.httpPort() + "/v1/" + signal;
  }

  /** The SDK can send JSON, and has no public switch for it. */
  private static <B> B in(String transport, B builder) throws Exception {
    if (transport.equals("http/json")) {
      Field delegate = builder.getClass().getDeclaredField("delegate");
      delegate.setAccessible(true);
      Object sender = delegate.get(builder);
      Method asJson = sender.getClass().getMethod("exportAsJson");
      asJson.setAccessible(true);
      asJson.invoke(sender);
    }
    return builder;
  }
}
