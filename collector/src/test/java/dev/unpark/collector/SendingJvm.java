package dev.unpark.collector;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.Events;
import dev.unpark.telemetry.JvmResource;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.util.concurrent.TimeUnit;

/** What an agent does to send observations, with OpenTelemetry's own SDK and exporters. */
final class SendingJvm implements AutoCloseable {
  private final SdkLoggerProvider provider;
  private final ObservationEncoder encoder = new ObservationEncoder();

  SendingJvm(JvmIdentity jvm, LogRecordExporter exporter) {
    provider =
        SdkLoggerProvider.builder()
            .setResource(
                Resource.getDefault().merge(Resource.create(JvmResource.attributes(jvm, "host-1"))))
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
            .build();
  }

  static SendingJvm overHttp(JvmIdentity jvm, Collector collector) {
    return new SendingJvm(
        jvm,
        OtlpHttpLogRecordExporter.builder()
            .setEndpoint("http://127.0.0.1:" + collector.httpPort() + "/v1/logs")
            .setCompression("gzip")
            .build());
  }

  static SendingJvm overGrpc(JvmIdentity jvm, Collector collector) {
    return new SendingJvm(
        jvm,
        OtlpGrpcLogRecordExporter.builder()
            .setEndpoint("http://127.0.0.1:" + collector.grpcPort())
            .setCompression("gzip")
            .build());
  }

  /** Sends one look, and waits until it was answered. */
  void send(Observation observation) {
    provider
        .get("dev.unpark.agent")
        .logRecordBuilder()
        .setEventName(Events.OBSERVATION)
        .setTimestamp(observation.time())
        .setBody(encoder.encode(observation))
        .emit();
    provider.forceFlush().join(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    provider.shutdown().join(10, TimeUnit.SECONDS);
  }
}
