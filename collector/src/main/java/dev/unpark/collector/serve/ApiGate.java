package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Lets ask the API only those who bear a token. Health stays open, since an orchestrator bears
 * none; metrics ask for a token as well.
 */
public final class ApiGate {
  private ApiGate() {}

  /**
   * Guards a server that has no services yet; does nothing without tokens.
   *
   * @param open what may be asked without a token, besides health
   */
  public static void addTo(
      ServerBuilder server,
      List<String> tokens,
      BiPredicate<ServiceRequestContext, HttpRequest> open) {
    if (tokens.isEmpty()) {
      return;
    }
    List<byte[]> known =
        tokens.stream().map(token -> ("Bearer " + token).getBytes(StandardCharsets.UTF_8)).toList();
    server.decorator(
        (service, context, request) -> {
          byte[] shown =
              request
                  .headers()
                  .get("authorization", "")
                  .replaceFirst("(?i)^bearer +", "Bearer ")
                  .getBytes(StandardCharsets.UTF_8);
          boolean health = context.path().equals("/healthz") || context.path().equals("/readyz");
          // No early end: how long it takes must not tell how much was right.
          long matches =
              known.stream().filter(token -> MessageDigest.isEqual(token, shown)).count();
          return health || matches > 0 || open.test(context, request)
              ? service.serve(context, request)
              : Answers.unknownToken();
        });
  }
}
