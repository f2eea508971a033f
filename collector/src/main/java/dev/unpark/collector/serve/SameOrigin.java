package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import java.util.Locale;

/**
 * Refuses what a page of somebody else has a browser send: a form or a script on any page may post
 * to a collector on the reader's own machine.
 *
 * <p>Browsers say where a request comes from, in {@code Sec-Fetch-Site} or, older ones, in {@code
 * Origin}, and no page can make them lie. What bears neither was sent by no page.
 */
public final class SameOrigin {
  private SameOrigin() {}

  /** Guards a server that has no services yet. */
  public static void addTo(ServerBuilder server) {
    server.decorator(
        (service, context, request) ->
            changesSomething(request) && !isOfOurPage(request.headers())
                ? refusal()
                : service.serve(context, request));
  }

  private static boolean changesSomething(HttpRequest request) {
    return request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD;
  }

  private static boolean isOfOurPage(RequestHeaders headers) {
    String site = headers.get("sec-fetch-site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = headers.get("origin");
    if (origin == null) {
      return true;
    }
    String host = origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
    String authority = headers.authority();
    return authority != null && host.equals(authority.toLowerCase(Locale.ROOT));
  }

  private static HttpResponse refusal() {
    return Answers.error(
        HttpStatus.FORBIDDEN,
        "origin",
        "a request that a page of another site makes",
        "one that a page of this collector makes, or no browser");
  }
}
