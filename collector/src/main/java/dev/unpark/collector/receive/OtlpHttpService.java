package dev.unpark.collector.receive;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One signal of OTLP/HTTP, protobuf and JSON.
 *
 * <p>An answer has the encoding of the request. Errors carry a {@code google.rpc.Status} with the
 * reason, as the specification asks.
 *
 * <p><b>Threading:</b> bodies are unpacked and parsed by the readers, a few threads. <b>When
 * full:</b> when more bodies wait for them than their queue holds, the sender is told to come back.
 */
final class OtlpHttpService implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpHttpService.class);
  private static final String COME_BACK_SECONDS = "2";
  private static final MediaType PROTOBUF = MediaType.parse("application/x-protobuf");
  private static final MediaType JSON = MediaType.JSON;

  private final Signal signal;
  private final Export export;
  private final ThreadPoolExecutor readers;
  private final InFlight inFlight;
  private final long maxUnpacked;
  private final SelfMetrics self;

  OtlpHttpService(
      Signal signal,
      Export export,
      ThreadPoolExecutor readers,
      InFlight inFlight,
      long maxUnpacked,
      SelfMetrics self) {
    this.signal = signal;
    this.export = export;
    this.readers = readers;
    this.inFlight = inFlight;
    this.maxUnpacked = maxUnpacked;
    this.self = self;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    if (request.method() != HttpMethod.POST) {
      self.rejected(signal, "method", 1);
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED)
              .add("allow", "POST")
              .contentType(MediaType.PLAIN_TEXT_UTF_8)
              .build(),
          HttpData.ofUtf8("found " + request.method() + ", expected POST\n"));
    }
    MediaType type = request.contentType();
    boolean json = type != null && type.is(MediaType.create("application", "json"));
    if (type == null || !json && !type.is(PROTOBUF)) {
      self.rejected(signal, "content_type", 1);
      return HttpResponse.of(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          MediaType.PLAIN_TEXT_UTF_8,
          "content-type: found '"
              + RequestBody.shown(request.headers().get("content-type", ""))
              + "', expected application/x-protobuf or application/json\n");
    }
    CompletableFuture<HttpResponse> answer =
        request
            .aggregate()
            .thenCompose(
                whole -> {
                  CompletableFuture<HttpResponse> read = new CompletableFuture<>();
                  try {
                    readers.execute(() -> read.complete(answer(whole, json, Gate.sender(context))));
                  } catch (RejectedExecutionException full) {
                    self.rejected(signal, "overloaded", 1);
                    read.complete(
                        error(
                            json,
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "requests come faster than they are read"));
                  }
                  return read;
                })
            .exceptionally(failure -> brokenOff(json, failure));
    return HttpResponse.of(answer);
  }

  /** The answer to a body that did not come whole. */
  private HttpResponse brokenOff(boolean json, Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof InFlight.Full full) {
      self.rejected(signal, "overloaded", 1);
      return error(json, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(full.getMessage()));
    }
    if (cause instanceof ContentTooLargeException tooLarge) {
      self.rejected(signal, "too_large", 1);
      return error(
          json, HttpStatus.REQUEST_ENTITY_TOO_LARGE, tooLarge(tooLarge.maxContentLength()));
    }
    self.rejected(signal, "broken_off", 1);
    return Exceptions.throwUnsafely(cause);
  }

  private HttpResponse answer(AggregatedHttpRequest request, boolean json, Tenant tenant) {
    try {
      byte[] body = RequestBody.unpacked(request.headers(), request.content().array(), maxUnpacked);
      if (!inFlight.mayRead(body.length)) {
        self.rejected(signal, "overloaded", 1);
        return error(json, HttpStatus.SERVICE_UNAVAILABLE, "another large body is being read");
      }
      Outcome outcome;
      try {
        Sender sender = new Sender(json ? "http/json" : "http/protobuf", tenant, body.length);
        outcome = export.take().take(json ? asProtobuf(body) : body, sender);
      } finally {
        inFlight.read(body.length);
      }
      if (outcome instanceof Outcome.Taken taken) {
        return message(ResponseHeaders.builder(HttpStatus.OK), json, export.answer().apply(taken));
      }
      return error(json, HttpStatus.SERVICE_UNAVAILABLE, ((Outcome.ComeBack) outcome).why());
    } catch (RefusedRequest refused) {
      self.rejected(signal, refused.reason(), 1);
      return error(json, refused.status(), refused.words());
    } catch (RuntimeException | StackOverflowError fault) {
      LOG.atError().setCause(fault).log("internal fault while reading a request");
      self.rejected(signal, "internal", 1);
      return error(json, HttpStatus.INTERNAL_SERVER_ERROR, "a fault of the collector's own");
    }
  }

  private byte[] asProtobuf(byte[] json) throws RefusedRequest {
    Message.Builder builder = export.prototype().newBuilderForType();
    OtlpJson.merge(json, builder);
    return builder.build().toByteArray();
  }

  static String tooLarge(long most) {
    return "the body is larger than the %d bytes that are accepted".formatted(most);
  }

  private static HttpResponse error(boolean json, HttpStatus status, String words) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder(status);
    if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
      headers.add("retry-after", COME_BACK_SECONDS);
    }
    return message(headers, json, Status.newBuilder().setMessage(words).build());
  }

  private static HttpResponse message(
      ResponseHeadersBuilder headers, boolean json, Message message) {
    if (!json) {
      return HttpResponse.of(
          headers.contentType(PROTOBUF).build(),
          HttpData.wrap(((MessageLite) message).toByteArray()));
    }
    return HttpResponse.of(headers.contentType(JSON).build(), HttpData.ofUtf8(json(message)));
  }

  static String json(String words) {
    return json(Status.newBuilder().setMessage(words).build());
  }

  private static String json(Message message) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(
          "a message without " + Any.class.getSimpleName() + " always prints", impossible);
    }
  }
}
