package dev.unpark.collector.receive;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three services of OTLP/gRPC.
 *
 * <p>A sender that should come back is told {@code UNAVAILABLE} with the time to wait; what can
 * never be read is {@code INVALID_ARGUMENT}, and {@code RESOURCE_EXHAUSTED} when it is too large.
 */
final class OtlpGrpc implements GrpcExceptionHandlerFunction {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpGrpc.class);
  private static final String TRANSPORT = "grpc";
  private static final int COME_BACK_SECONDS = 2;

  private final Intake intake;
  private final InFlight inFlight;
  private final SelfMetrics self;

  OtlpGrpc(Intake intake, InFlight inFlight, SelfMetrics self) {
    this.intake = intake;
    this.inFlight = inFlight;
    this.self = self;
  }

  List<ServerServiceDefinition> services() {
    return List.of(
        service(
            LogsServiceGrpc.getExportMethod(),
            ExportLogsServiceRequest.getDefaultInstance(),
            intake::logs,
            Answers::logs),
        service(
            MetricsServiceGrpc.getExportMethod(),
            ExportMetricsServiceRequest.getDefaultInstance(),
            intake::metrics,
            Answers::metrics),
        service(
            TraceServiceGrpc.getExportMethod(),
            ExportTraceServiceRequest.getDefaultInstance(),
            intake::traces,
            Answers::traces));
  }

  private <Q extends Message, A extends Message> ServerServiceDefinition service(
      MethodDescriptor<Q, A> method,
      Q prototype,
      BiFunction<Q, Sender, Outcome> take,
      Function<Outcome.Taken, A> words) {
    MethodDescriptor<Q, A> guarded =
        method.toBuilder(new Reader<>(prototype), method.getResponseMarshaller()).build();
    return ServerServiceDefinition.builder(String.valueOf(method.getServiceName()))
        .addMethod(
            ServerMethodDefinition.create(
                guarded,
                ServerCalls.asyncUnaryCall(
                    (request, observer) -> {
                      Outcome outcome = take.apply(request, sender());
                      if (outcome instanceof Outcome.Taken taken) {
                        observer.onNext(words.apply(taken));
                        observer.onCompleted();
                      } else {
                        Outcome.ComeBack comeBack = (Outcome.ComeBack) outcome;
                        observer.onError(
                            comeBack(comeBack.why(), (int) comeBack.after().toSeconds()));
                      }
                    })))
        .build();
  }

  /** Reads requests with the same care as those of HTTP. */
  private final class Reader<Q extends Message> implements MethodDescriptor.Marshaller<Q> {
    private final Q prototype;
    private final MethodDescriptor.Marshaller<Q> plain;

    Reader(Q prototype) {
      this.prototype = prototype;
      this.plain = ProtoUtils.marshaller(prototype);
    }

    @Override
    public InputStream stream(Q value) {
      return plain.stream(value);
    }

    @Override
    @SuppressWarnings("unchecked") // what is read by a prototype is of its type
    public Q parse(InputStream stream) {
      try (stream) {
        byte[] body = stream.readAllBytes();
        if (!inFlight.mayRead(body.length)) {
          throw new InFlight.Full();
        }
        try {
          return (Q) ProtobufReader.read(body, prototype);
        } finally {
          inFlight.read(body.length);
        }
      } catch (RefusedRequest refused) {
        Status status =
            refused.status().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
                ? Status.RESOURCE_EXHAUSTED
                : Status.INVALID_ARGUMENT;
        throw status.withDescription(refused.words()).asRuntimeException();
      } catch (IOException broken) {
        throw Status.INVALID_ARGUMENT
            .withDescription("the message cannot be unpacked: " + broken.getMessage())
            .asRuntimeException();
      }
    }
  }

  /** Counts what was refused, and says it in the codes of OTLP. */
  @Override
  public Status apply(RequestContext context, Status status, Throwable cause, Metadata metadata) {
    if (cause instanceof InFlight.Full full) {
      self.rejected(signal(context), "overloaded", 1);
      StatusRuntimeException comeBack =
          comeBack(String.valueOf(full.getMessage()), COME_BACK_SECONDS);
      Metadata details = comeBack.getTrailers();
      if (details != null) {
        metadata.merge(details);
      }
      return comeBack.getStatus();
    }
    @Nullable String reason =
        switch (status.getCode()) {
          case RESOURCE_EXHAUSTED -> "too_large";
          case INVALID_ARGUMENT -> "malformed";
          case UNIMPLEMENTED -> "content_encoding";
          case UNKNOWN, INTERNAL -> "internal";
          default -> null;
        };
    if (reason != null) {
      self.rejected(signal(context), reason, 1);
    }
    if ("internal".equals(reason)) {
      LOG.atError().setCause(cause).log("internal fault while reading a request");
      return Status.INTERNAL.withDescription("a fault of the collector's own");
    }
    return status;
  }

  private static Sender sender() {
    return new Sender(TRANSPORT, Gate.sender(ServiceRequestContext.current()), 0);
  }

  private static Signal signal(RequestContext context) {
    String path = context.path();
    return path.contains(".logs.")
        ? Signal.LOGS
        : path.contains(".metrics.") ? Signal.METRICS : Signal.TRACES;
  }

  private static StatusRuntimeException comeBack(String why, int seconds) {
    RetryInfo retry =
        RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(seconds)).build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE_VALUE)
            .setMessage(why)
            .addDetails(Any.pack(retry))
            .build());
  }
}
