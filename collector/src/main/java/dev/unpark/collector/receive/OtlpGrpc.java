package dev.unpark.collector.receive;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.server.ServiceRequestContext;
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

  private final Intake intake;
  private final InFlight inFlight;
  private final Refusals refusals;

  OtlpGrpc(Intake intake, InFlight inFlight) {
    this.intake = intake;
    this.inFlight = inFlight;
    this.refusals = intake.refusals();
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
                        refuse(ServiceRequestContext.current(), refused.reason());
                        observer.onError(refusal(refused));
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

  /** Nothing that would be read a second time: without {@code RetryInfo}, no sender comes back. */
  private static StatusRuntimeException refusal(RefusedRequest refused) {
    return StatusProto.toStatusRuntimeException(
        refused.status().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? OtlpErrors.status(Code.RESOURCE_EXHAUSTED_VALUE, refused.words(), null)
            : OtlpErrors.status(
                Code.INVALID_ARGUMENT_VALUE,
                refused.words(),
                OtlpErrors.badRequest(refused.words())));
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
      refuse(context, "overloaded");
      StatusRuntimeException comeBack =
          comeBack(String.valueOf(full.getMessage()), OtlpErrors.COME_BACK_SECONDS);
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
      refuse(context, reason);
    }
    if ("internal".equals(reason)) {
      LOG.atError().setCause(cause).log("internal fault while reading a request");
      return Status.INTERNAL.withDescription("a fault of the collector's own");
    }
    return status;
  }

  private static Sender sender() {
    return Sender.of(TRANSPORT, ServiceRequestContext.current());
  }

  private void refuse(RequestContext context, String reason) {
    refusals.add(signal(context), reason, 1, Sender.name(context.root()));
  }

  private static Signal signal(RequestContext context) {
    String path = context.path();
    return path.contains(".logs.")
        ? Signal.LOGS
        : path.contains(".metrics.") ? Signal.METRICS : Signal.TRACES;
  }

  private static StatusRuntimeException comeBack(String why, int seconds) {
    return StatusProto.toStatusRuntimeException(
        OtlpErrors.status(Code.UNAVAILABLE_VALUE, why, OtlpErrors.retry(seconds)));
  }
}
