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
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
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
        service(LogsServiceGrpc.getExportMethod(), Export.logs(intake)),
        service(MetricsServiceGrpc.getExportMethod(), Export.metrics(intake)),
        service(TraceServiceGrpc.getExportMethod(), Export.traces(intake)));
  }

  private ServerServiceDefinition service(MethodDescriptor<?, ?> method, Export export) {
    MethodDescriptor<byte[], Message> raw =
        MethodDescriptor.<byte[], Message>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(
                ProtoUtils.marshaller(export.answer().apply(new Outcome.Taken(0, ""))))
            .build();
    return ServerServiceDefinition.builder(String.valueOf(method.getServiceName()))
        .addMethod(
            ServerMethodDefinition.create(
                raw,
                ServerCalls.asyncUnaryCall(
                    (request, observer) -> {
                      try {
                        Outcome outcome = take(export, request);
                        if (outcome instanceof Outcome.Taken taken) {
                          observer.onNext(export.answer().apply(taken));
                          observer.onCompleted();
                        } else {
                          Outcome.ComeBack comeBack = (Outcome.ComeBack) outcome;
                          observer.onError(
                              comeBack(comeBack.why(), (int) comeBack.after().toSeconds()));
                        }
                      } catch (RefusedRequest refused) {
                        self.rejected(signal(ServiceRequestContext.current()), refused.reason(), 1);
                        observer.onError(status(refused).asRuntimeException());
                      }
                    })))
        .build();
  }

  private Outcome take(Export export, byte[] request) throws RefusedRequest {
    if (!inFlight.mayRead(request.length)) {
      throw new InFlight.Full();
    }
    try {
      return export.take().take(request, sender());
    } finally {
      inFlight.read(request.length);
    }
  }

  private static Status status(RefusedRequest refused) {
    Status status =
        refused.status().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? Status.RESOURCE_EXHAUSTED
            : Status.INVALID_ARGUMENT;
    return status.withDescription(refused.words());
  }

  /** Leaves requests as they are: they are read with the same care as those of HTTP. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try (stream) {
        return stream.readAllBytes();
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
