package dev.unpark.collector.receive;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.BindableService;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.util.List;
import java.util.function.Function;

/**
 * The three services of OTLP/gRPC.
 *
 * <p>A sender that should come back is told {@code UNAVAILABLE} with the time to wait.
 */
final class OtlpGrpc {
  private static final String TRANSPORT = "grpc";

  private OtlpGrpc() {}

  static List<BindableService> services(Intake intake) {
    return List.of(new Logs(intake), new Metrics(intake), new Traces(intake));
  }

  private static <T> void answer(
      Outcome outcome, Function<Outcome.Taken, T> message, StreamObserver<T> observer) {
    if (outcome instanceof Outcome.Taken taken) {
      observer.onNext(message.apply(taken));
      observer.onCompleted();
    } else {
      Outcome.ComeBack comeBack = (Outcome.ComeBack) outcome;
      RetryInfo retry =
          RetryInfo.newBuilder()
              .setRetryDelay(Duration.newBuilder().setSeconds(comeBack.after().toSeconds()))
              .build();
      observer.onError(
          StatusProto.toStatusRuntimeException(
              Status.newBuilder()
                  .setCode(Code.UNAVAILABLE_VALUE)
                  .setMessage(comeBack.why())
                  .addDetails(Any.pack(retry))
                  .build()));
    }
  }

  private static final class Logs extends LogsServiceGrpc.LogsServiceImplBase {
    private final Intake intake;

    Logs(Intake intake) {
      this.intake = intake;
    }

    @Override
    public void export(
        ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> observer) {
      answer(intake.logs(request, TRANSPORT), Answers::logs, observer);
    }
  }

  private static final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
    private final Intake intake;

    Metrics(Intake intake) {
      this.intake = intake;
    }

    @Override
    public void export(
        ExportMetricsServiceRequest request,
        StreamObserver<ExportMetricsServiceResponse> observer) {
      answer(intake.metrics(request, TRANSPORT), Answers::metrics, observer);
    }
  }

  private static final class Traces extends TraceServiceGrpc.TraceServiceImplBase {
    private final Intake intake;

    Traces(Intake intake) {
      this.intake = intake;
    }

    @Override
    public void export(
        ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
      answer(intake.traces(request, TRANSPORT), Answers::traces, observer);
    }
  }
}
