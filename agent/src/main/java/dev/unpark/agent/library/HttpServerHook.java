package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.unpark.agent.bootstrap.ServerRequests;
import dev.unpark.agent.bootstrap.ThreadRows;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * Requests of the JDK's own {@code HttpServer}: its chain of filters, of which each exchange runs
 * at least two, one inside the other.
 *
 * <p>A handler that returns before it has answered goes on elsewhere, and is not measured.
 */
final class HttpServerHook implements LibraryHook {
  @Override
  public String name() {
    return "jdk-http-server";
  }

  @Override
  public Set<String> classes() {
    return Set.of("com/sun/net/httpserver/Filter$Chain");
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(Part.of(Serve.class, named("doFilter").and(takesArguments(1))));
  }

  /** Woven. */
  static final class Serve {
    private Serve() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.Argument(0) HttpExchange exchange) {
      return ServerRequests.serving()
          ? ThreadRows.NOT_RECORDED
          : ServerRequests.enter(
              exchange.getRequestMethod(),
              exchange instanceof HttpsExchange,
              exchange.getRequestHeaders().getFirst("Traceparent"));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
    static void exit(
        @Advice.Enter int token,
        @Advice.Argument(0) HttpExchange exchange,
        @Advice.Thrown @Nullable Throwable thrown) {
      if (token != ThreadRows.NOT_RECORDED) {
        long ticket = ServerRequests.leave(token);
        int status = exchange.getResponseCode();
        if (status < 0 && thrown == null) {
          ServerRequests.handedOn(ticket);
        } else {
          ServerRequests.ended(ticket, status, thrown != null);
        }
      }
    }
  }
}
