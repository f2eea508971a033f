package dev.unpark.collector.receive;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
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

  private final Signal signal;
  private final Export export;
  private final ThreadPoolExecutor readers;
  private final InFlight inFlight;
  private final long maxUnpacked;
  private final Refusals refusals;

  OtlpHttpService(
      Signal signal,
      Export export,
      ThreadPoolExecutor readers,
      InFlight inFlight,
      long maxUnpacked,
      Refusals refusals) {
    this.signal = signal;
    this.export = export;
    this.readers = readers;
    this.inFlight = inFlight;
    this.maxUnpacked = maxUnpacked;
    this.refusals = refusals;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    MediaType type = request.contentType();
    if (request.method() != HttpMethod.POST) {
      refuse(context, "method");
      return OtlpErrors.http(
          type,
          ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED).add("allow", "POST"),
          "found " + request.method() + ", expected POST");
    }
    boolean json = type != null && type.is(OtlpErrors.JSON);
    if (type == null || !json && !type.is(OtlpErrors.PROTOBUF)) {
      refuse(context, "content_type");
      return OtlpErrors.http(
          type,
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "content-type: found '"
              + RequestBody.shown(request.headers().get("content-type", ""))
              + "', expected application/x-protobuf or application/json");
    }
    CompletableFuture<HttpResponse> answer =
        request
            .aggregate()
            .thenCompose(
                whole -> {
                  CompletableFuture<HttpResponse> read = new CompletableFuture<>();
                  try {
                    readers.execute(() -> read.complete(answer(context, whole, json)));
                  } catch (RejectedExecutionException full) {
                    refuse(context, "overloaded");
                    read.complete(
                        error(
                            json,
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "requests come faster than they are read"));
                  }
                  return read;
                })
            .exceptionally(failure -> brokenOff(context, json, failure));
    return HttpResponse.of(answer);
  }

  /** The answer to a body that did not come whole. */
  private HttpResponse brokenOff(ServiceRequestContext context, boolean json, Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof InFlight.Full full) {
      refuse(context, "overloaded");
      return error(json, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(full.getMessage()));
    }
    if (cause instanceof ContentTooLargeException tooLarge) {
      refuse(context, "too_large");
      return error(
          json, HttpStatus.REQUEST_ENTITY_TOO_LARGE, tooLarge(tooLarge.maxContentLength()));
    }
    refuse(context, "broken_off");
    return error(json, HttpStatus.SERVICE_UNAVAILABLE, "the request did not come whole");
  }

  private HttpResponse answer(
      ServiceRequestContext context, AggregatedHttpRequest request, boolean json) {
    try {
      byte[] body = RequestBody.unpacked(request.headers(), request.content().array(), maxUnpacked);
      if (!inFlight.mayRead(body.length)) {
        refuse(context, "overloaded");
        return error(json, HttpStatus.SERVICE_UNAVAILABLE, "another large body is being read");
      }
      Outcome outcome;
      try {
        Sender sender = Sender.of(json ? "http/json" : "http/protobuf", context);
        outcome = export.take().take(json ? asProtobuf(body) : body, sender);
      } finally {
        inFlight.read(body.length);
      }
      if (outcome instanceof Outcome.Taken taken) {
        return success(json, export.answer().apply(taken));
      }
      Outcome.ComeBack comeBack = (Outcome.ComeBack) outcome;
      return OtlpErrors.http(
          json ? OtlpErrors.JSON : OtlpErrors.PROTOBUF,
          ResponseHeaders.builder(HttpStatus.SERVICE_UNAVAILABLE)
              .addInt("retry-after", (int) comeBack.after().toSeconds()),
          comeBack.why());
    } catch (RefusedRequest refused) {
      refuse(context, refused.reason());
      return error(json, refused.status(), refused.words());
    } catch (RuntimeException | StackOverflowError fault) {
      LOG.atError().setCause(fault).log("internal fault while reading a request");
      refuse(context, "internal");
      return error(json, HttpStatus.INTERNAL_SERVER_ERROR, "a fault of the collector's own");
    }
  }

  private void refuse(ServiceRequestContext context, String reason) {
    refusals.add(signal, reason, 1, Sender.name(context));
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
    return OtlpErrors.http(json ? OtlpErrors.JSON : OtlpErrors.PROTOBUF, status, words);
  }

  private static HttpResponse success(boolean json, Message message) {
    return json
        ? HttpResponse.of(HttpStatus.OK, OtlpErrors.JSON, OtlpErrors.json(message))
        : HttpResponse.of(HttpStatus.OK, OtlpErrors.PROTOBUF, HttpData.wrap(message.toByteArray()));
  }
}
