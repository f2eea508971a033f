package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.ServerRequests;
import dev.unpark.agent.bootstrap.ThreadRows;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * What is woven where a servlet container hands a request to the application.
 *
 * <p>The same advice serves {@code jakarta.servlet} and {@code javax.servlet}, neither of which the
 * agent knows: where it reads a parameter with one of the annotations below, the call of the
 * request's or response's own method is woven in.
 */
final class ServletAdvice {
  private ServletAdvice() {}

  /**
   * @param root {@code jakarta} or {@code javax}
   */
  static Advice of(String root) {
    String request = root + "/servlet/http/HttpServletRequest";
    String dispatcher = root + "/servlet/DispatcherType";
    return Advice.withCustomMapping()
        .bind(Method.class, ArgumentCall.of(0, request, "getMethod", "()Ljava/lang/String;"))
        .bind(Secure.class, ArgumentCall.of(0, request, "isSecure", "()Z"))
        .bind(
            Traceparent.class,
            ArgumentCall.of(0, request, "getHeader", "(Ljava/lang/String;)Ljava/lang/String;")
                .with("traceparent"))
        .bind(
            Dispatch.class,
            ArgumentCall.of(0, request, "getDispatcherType", "()L" + dispatcher + ";")
                .then(dispatcher, "name", "()Ljava/lang/String;"))
        .bind(AsyncStarted.class, ArgumentCall.of(0, request, "isAsyncStarted", "()Z"))
        .bind(
            Status.class,
            ArgumentCall.of(1, root + "/servlet/http/HttpServletResponse", "getStatus", "()I"))
        .to(ServletAdvice.Serve.class);
  }

  /** Woven. */
  static final class Serve {
    private Serve() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(
        @Dispatch String dispatch,
        @Method String method,
        @Secure boolean secure,
        @Traceparent @Nullable String traceparent) {
      return ServerRequests.serving() || !"REQUEST".equals(dispatch)
          ? ThreadRows.NOT_RECORDED
          : ServerRequests.enter(method, secure, traceparent);
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
    static void exit(
        @Advice.Enter int token,
        @AsyncStarted boolean asyncStarted,
        @Status int status,
        @Advice.Thrown @Nullable Throwable thrown) {
      if (token != ThreadRows.NOT_RECORDED) {
        long ticket = ServerRequests.leave(token);
        if (thrown != null) {
          ServerRequests.ended(ticket, 500, true);
        } else if (asyncStarted) {
          ServerRequests.handedOn(ticket);
        } else {
          ServerRequests.ended(ticket, status, false);
        }
      }
    }
  }

  /** The request's method. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Method {}

  /** Whether the request came by https. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Secure {}

  /** The request's W3C trace context. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Traceparent {}

  /** Why the request is here: {@code REQUEST}, {@code FORWARD}, {@code ERROR} and so on. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Dispatch {}

  /** Whether the request goes on after this thread has left it. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface AsyncStarted {}

  /** The response's status so far. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Status {}
}
