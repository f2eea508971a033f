package dev.unpark.collector.receive;

import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.unpark.collector.series.Signal;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may send, and as much as he may.
 *
 * <p>Without a token that is known: 401, which gRPC calls {@code UNAUTHENTICATED}. Beyond the
 * tenant's quota: 429 with the time to wait, {@code UNAVAILABLE} with it in gRPC; both ask the
 * sender to come back. Tokens are compared by their digest, so that the time it takes tells nothing
 * of them.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
final class Gate {
  private static final String BEARER = "bearer ";
  private static final AttributeKey<Tenant> TENANT = AttributeKey.valueOf(Gate.class, "TENANT");

  private final Map<String, Visitor> visitors = new HashMap<>();
  private final @Nullable Visitor anybody;
  private final Refusals refusals;

  /** A tenant and what is left of its quota. */
  private record Visitor(Tenant tenant, Allowance requests, Allowance bytes) {
    static Visitor of(Tenant tenant) {
      long now = System.nanoTime();
      return new Visitor(
          tenant,
          new Allowance(tenant.requestsPerSecond(), now),
          new Allowance(tenant.bytesPerSecond(), now));
    }
  }

  /**
   * @param tenants who may send; empty when everybody may
   */
  Gate(List<Tenant> tenants, Refusals refusals) {
    this.refusals = refusals;
    this.anybody = tenants.isEmpty() ? Visitor.of(Tenant.ANYBODY) : null;
    for (Tenant tenant : tenants) {
      Visitor visitor = Visitor.of(tenant);
      tenant.tokens().forEach(token -> visitors.put(digest(token), visitor));
    }
  }

  /** Who sent the request. */
  static Tenant sender(ServiceRequestContext context) {
    Tenant tenant = context.attr(TENANT);
    return tenant == null ? Tenant.ANYBODY : tenant;
  }

  HttpService before(HttpService service) {
    return new Guarded(service);
  }

  private final class Guarded extends SimpleDecoratingHttpService {
    Guarded(HttpService service) {
      super(service);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
      Visitor visitor = anybody == null ? visitor(request) : anybody;
      if (visitor == null) {
        refusals.add(signal(request), "unauthenticated", 1, Sender.name(context));
        String words = "authorization: expected 'Bearer TOKEN' with a token of this collector";
        return OtlpErrors.isGrpc(request)
            ? OtlpErrors.grpc(Code.UNAUTHENTICATED, words, 0)
            : OtlpErrors.http(
                request.contentType(),
                ResponseHeaders.builder(HttpStatus.UNAUTHORIZED).add("www-authenticate", "Bearer"),
                words);
      }
      long now = System.nanoTime();
      int wait = Math.max(visitor.requests.secondsToWait(now), visitor.bytes.secondsToWait(now));
      if (wait > 0) {
        refusals.add(signal(request), "quota", 1, visitor.tenant.name());
        String words = "more than tenant '%s' may send".formatted(visitor.tenant.name());
        return OtlpErrors.isGrpc(request)
            ? OtlpErrors.grpc(Code.UNAVAILABLE, words, wait)
            : OtlpErrors.http(
                request.contentType(),
                ResponseHeaders.builder(HttpStatus.TOO_MANY_REQUESTS).addInt("retry-after", wait),
                words);
      }
      visitor.requests.take(1, now);
      context.setAttr(TENANT, visitor.tenant);
      HttpRequest counted =
          HttpRequest.of(
              request.headers(),
              subscriber ->
                  request
                      .peekData(data -> visitor.bytes.take(data.length(), System.nanoTime()))
                      .subscribe(subscriber));
      context.updateRequest(counted);
      return ((HttpService) unwrap()).serve(context, counted);
    }
  }

  private @Nullable Visitor visitor(HttpRequest request) {
    String authorization = request.headers().get("authorization", "");
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    return visitors.get(digest(authorization.substring(BEARER.length()).trim()));
  }

  /** The signal of {@code /v1/logs} and of {@code /opentelemetry.proto.collector.logs.v1…}. */
  static Signal signal(HttpRequest request) {
    for (Signal signal : Signal.values()) {
      if (request.path().contains(signal.label())) {
        return signal;
      }
    }
    return Signal.TRACES;
  }

  private static String digest(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
