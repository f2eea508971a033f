package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.util.List;
import java.util.Set;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Requests that reach a servlet on any server; on Tomcat already those that reach the application's
 * first filter, since filters wait too.
 */
final class ServletHook implements LibraryHook {
  private static final String TOMCAT_CHAIN = "org/apache/catalina/core/ApplicationFilterChain";

  @Override
  public String name() {
    return "servlet";
  }

  @Override
  public Set<String> classes() {
    return Set.of(
        "jakarta/servlet/http/HttpServlet", "javax/servlet/http/HttpServlet", TOMCAT_CHAIN);
  }

  @Override
  public List<Part> parts(String className) {
    String method = className.equals(TOMCAT_CHAIN) ? "doFilter" : "service";
    return List.of(
        new Part(ServletAdvice.of("jakarta"), entry(method, "jakarta"), false),
        new Part(ServletAdvice.of("javax"), entry(method, "javax"), false));
  }

  /** The method of that name that takes a request and a response not yet known to be HTTP's. */
  private static ElementMatcher<MethodDescription> entry(String method, String root) {
    return named(method)
        .and(takesArguments(2))
        .and(takesArgument(0, named(root + ".servlet.ServletRequest")))
        .and(takesArgument(1, named(root + ".servlet.ServletResponse")));
  }
}
