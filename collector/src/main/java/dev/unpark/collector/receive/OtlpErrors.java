package dev.unpark.collector.receive;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a sender is told when its request is not taken, as OTLP spells it.
 *
 * <p>Over HTTP every refusal carries a {@code google.rpc.Status}, in the encoding of the request;
 * in JSON, which people can read, when that is neither. What can never be read says so in a {@code
 * BadRequest}. Over gRPC the answer is one of gRPC, with {@code RetryInfo} where the sender is to
 * come back: a bare HTTP status would have to be guessed at.
 */
final class OtlpErrors {
  static final MediaType PROTOBUF = MediaType.create("application", "x-protobuf");
  static final MediaType JSON = MediaType.create("application", "json");

  /** What a busy collector says, unless it knows better. */
  static final int COME_BACK_SECONDS = 2;

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(TypeRegistry.newBuilder().add(BadRequest.getDescriptor()).build());

  private OtlpErrors() {}

  /**
   * Over HTTP.
   *
   * @param type content type of the request; null when it has none
   */
  static HttpResponse http(@Nullable MediaType type, HttpStatus status, String words) {
    return http(type, ResponseHeaders.builder(status), words);
  }

  /** Over HTTP, with headers of the caller's beside the status. */
  static HttpResponse http(@Nullable MediaType type, ResponseHeadersBuilder headers, String words) {
    return aggregated(type, headers, words).toHttpResponse();
  }

  static AggregatedHttpResponse aggregated(
      @Nullable MediaType type, ResponseHeadersBuilder headers, String words) {
    HttpStatus status = headers.status();
    if (status.equals(HttpStatus.SERVICE_UNAVAILABLE) && !headers.contains("retry-after")) {
      headers.addInt("retry-after", COME_BACK_SECONDS);
    }
    Status told =
        status(0, words, status.equals(HttpStatus.BAD_REQUEST) ? badRequest(words) : null);
    boolean protobuf = type != null && type.is(PROTOBUF);
    return AggregatedHttpResponse.of(
        headers.contentType(protobuf ? PROTOBUF : JSON).build(),
        protobuf ? HttpData.wrap(told.toByteArray()) : HttpData.ofUtf8(json(told)));
  }

  /** A message as OTLP/HTTP has it in JSON. */
  static String json(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a message of known parts always prints", impossible);
    }
  }

  static boolean isGrpc(HttpRequest request) {
    MediaType type = request.contentType();
    return type != null
        && type.type().equals("application")
        && (type.subtype().equals("grpc") || type.subtype().startsWith("grpc+"));
  }

  /**
   * Over gRPC, where no service is asked any more.
   *
   * @param retrySeconds when to come back; 0 when that would not help
   */
  static HttpResponse grpc(Code code, String words, int retrySeconds) {
    Status status = status(code.getNumber(), words, retrySeconds > 0 ? retry(retrySeconds) : null);
    return HttpResponse.of(
        ResponseHeaders.of(HttpStatus.OK, "content-type", "application/grpc+proto"),
        HttpData.empty(),
        HttpHeaders.of(
            "grpc-status",
            String.valueOf(code.getNumber()),
            "grpc-message",
            URLEncoder.encode(words, StandardCharsets.UTF_8).replace("+", "%20"),
            "grpc-status-details-bin",
            Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray())));
  }

  static Status status(int code, String words, @Nullable Message detail) {
    Status.Builder status = Status.newBuilder().setCode(code).setMessage(words);
    if (detail != null) {
      status.addDetails(Any.pack(detail));
    }
    return status.build();
  }

  static Message badRequest(String words) {
    return BadRequest.newBuilder()
        .addFieldViolations(
            BadRequest.FieldViolation.newBuilder().setField("body").setDescription(words))
        .build();
  }

  static Message retry(int seconds) {
    return RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(seconds)).build();
  }
}
