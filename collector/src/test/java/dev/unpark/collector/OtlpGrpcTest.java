package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceBlockingStub;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OtlpGrpcTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void givenAResourceThatNamesNoJvm_whenSent_thenItsRecordsAreRefusedInPart() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      var answer =
          logs(collector)
              .export(
                  Requests.log(
                      Resource.getDefaultInstance(),
                      "unpark.observation",
                      AnyValue.getDefaultInstance()));

      assertThat(answer.getPartialSuccess().getRejectedLogRecords()).isEqualTo(1);
    }
  }

  @Test
  void givenSpans_whenSent_thenTheyAreTakenAndCountedAsNotUsed() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      GrpcClients.newClient(
              "gproto+http://127.0.0.1:" + collector.grpcPort() + "/",
              TraceServiceBlockingStub.class)
          .export(
              ExportTraceServiceRequest.newBuilder()
                  .addResourceSpans(
                      ResourceSpans.newBuilder()
                          .addScopeSpans(
                              ScopeSpans.newBuilder().addSpans(Span.getDefaultInstance())))
                  .build());

      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_dropped_total{reason=\"not_used\",signal=\"traces\"} 1.0");
    }
  }

  @Test
  void givenAMessageBeyondTheLimit_whenSentPacked_thenResourceExhausted() throws Exception {
    try (Collector collector = Collector.start(Settings.withBodies(64 * 1024, 256 * 1024))) {
      ExportLogsServiceRequest bomb =
          Requests.log(
              Resource.getDefaultInstance(),
              "x",
              AnyValue.newBuilder().setStringValue("x".repeat(20 << 20)).build());

      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> logs(collector).withCompression("gzip").export(bomb));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(Http.get(collector.webPort(), "/healthz")).isEqualTo("ok\n");
    }
  }

  @Test
  void givenDiagnosisThatFallsBehind_whenTheQueueIsFull_thenUnavailableWithTheTimeToWait()
      throws Exception {
    SlowDetector slow = new SlowDetector();
    JvmIdentity jvm = Looks.jvm("slow-1");
    try (Collector collector =
        Collector.start(Settings.withQueue(2, 1), Clock.systemUTC(), slow::diagnostician)) {
      ObservationEncoder encoder = new ObservationEncoder();
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                for (int i = 0; i < 10; i++) {
                  logs(collector)
                      .export(
                          Requests.observation(
                              jvm, encoder, Looks.released(jvm, NOON.plusSeconds(i))));
                }
              });

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      RetryInfo retry = StatusProto.fromThrowable(failure).getDetails(0).unpack(RetryInfo.class);
      assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(2);
      slow.letGo();
    }
  }

  private static LogsServiceBlockingStub logs(Collector collector) {
    return GrpcClients.newClient(
        "gproto+http://127.0.0.1:" + collector.grpcPort() + "/", LogsServiceBlockingStub.class);
  }
}
