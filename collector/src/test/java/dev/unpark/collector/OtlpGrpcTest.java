package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.unpark.collector.receive.Tenant;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceBlockingStub;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  @Test
  void givenASenderThatMayNot_whenSent_thenOnlyTheOneThatCouldComeBackIsToldWhen()
      throws Exception {
    Tenant tenant = new Tenant("shop", List.of("shop-token"), 10, 1, 1_000_000);
    try (Collector collector = Collector.start(Settings.onFreePorts().tenant(tenant).build())) {
      StatusRuntimeException stranger = failure(() -> send(collector, "Bearer wrong-token"));
      assertThat(stranger.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(stranger.getStatus().getDescription())
          .isEqualTo("authorization: expected 'Bearer TOKEN' with a token of this collector");
      assertThat(StatusProto.fromThrowable(stranger).getDetailsList()).isEmpty();

      StatusRuntimeException known =
          failure(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  send(collector, "Bearer shop-token");
                }
              });
      assertThat(known.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(known.getStatus().getDescription()).isEqualTo("more than tenant 'shop' may send");
      assertThat(
              StatusProto.fromThrowable(known)
                  .getDetails(0)
                  .unpack(RetryInfo.class)
                  .getRetryDelay()
                  .getSeconds())
          .isPositive();
    }
  }

  @Test
  void givenWhatIsNoneOfOtlp_whenSent_thenItIsRefusedForGood() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      Channel channel = logs(collector).getChannel();
      MethodDescriptor<ExportLogsServiceRequest, ExportLogsServiceResponse> unknown =
          LogsServiceGrpc.getExportMethod().toBuilder()
              .setFullMethodName("opentelemetry.proto.collector.logs.v1.LogsService/Import")
              .build();
      assertThat(
              failure(
                      () ->
                          ClientCalls.blockingUnaryCall(
                              channel,
                              unknown,
                              CallOptions.DEFAULT,
                              ExportLogsServiceRequest.getDefaultInstance()))
                  .getStatus()
                  .getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);

      for (String type :
          List.of("application/json", "application/grpc+json", "application/grpc-web")) {
        assertThat(
                Http.send(
                        "POST",
                        collector.grpcPort(),
                        "/" + LogsServiceGrpc.getExportMethod().getFullMethodName(),
                        new byte[5],
                        "Content-Type",
                        type)
                    .statusCode())
            .as(type)
            .isEqualTo(415);
      }
      assertThat(Http.get(collector.webPort(), "/metrics")).doesNotContain("\"internal\"");
    }
  }

  @Test
  void givenRequestsWithoutItems_whenSent_thenEachSucceeds() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      String target = "gproto+http://127.0.0.1:" + collector.grpcPort() + "/";
      assertThat(logs(collector).export(ExportLogsServiceRequest.getDefaultInstance()))
          .isEqualTo(ExportLogsServiceResponse.getDefaultInstance());
      assertThat(
              GrpcClients.newClient(target, MetricsServiceBlockingStub.class)
                  .export(ExportMetricsServiceRequest.getDefaultInstance()))
          .isEqualTo(ExportMetricsServiceResponse.getDefaultInstance());
      assertThat(
              GrpcClients.newClient(target, TraceServiceBlockingStub.class)
                  .export(ExportTraceServiceRequest.getDefaultInstance()))
          .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    }
  }

  private static StatusRuntimeException failure(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  private static void send(Collector collector, String authorization) {
    GrpcClients.builder("gproto+http://127.0.0.1:" + collector.grpcPort() + "/")
        .addHeader("authorization", authorization)
        .build(LogsServiceBlockingStub.class)
        .export(ExportLogsServiceRequest.getDefaultInstance());
  }

  private static LogsServiceBlockingStub logs(Collector collector) {
    return GrpcClients.newClient(
        "gproto+http://127.0.0.1:" + collector.grpcPort() + "/", LogsServiceBlockingStub.class);
  }
}
