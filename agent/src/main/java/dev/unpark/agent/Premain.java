package dev.unpark.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Where the JVM enters the agent, before the application's {@code main} or while it runs.
 *
 * <p>Compiled for Java 8, unlike everything else: an older JVM that could not load this class would
 * not start the application either.
 */
public final class Premain {
  private static final int OLDEST = 17;

  private Premain() {}

  /**
   * Starts the agent beside the application. Whatever goes wrong costs one line on stderr, never
   * the application.
   */
  public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
    enter("premain", arguments, instrumentation);
  }

  /**
   * Starts the agent in an application that runs already, or, with {@code detach} as the only
   * argument, takes it away again.
   */
  public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
    enter("agentmain", arguments, instrumentation);
  }

  private static void enter(
      String method, @Nullable String arguments, Instrumentation instrumentation) {
    try {
      if (System.getProperty("java.specification.version", "").startsWith("1.")
          || Integer.getInteger("java.specification.version", OLDEST) < OLDEST) {
        System.err.println(
            "unpark: needs Java 17 or newer, and this is "
                + System.getProperty("java.version")
                + "; the application runs without it");
        return;
      }
      Class.forName("dev.unpark.agent.Entry")
          .getDeclaredMethod(method, String.class, Instrumentation.class)
          .invoke(null, arguments == null ? "" : arguments, instrumentation);
    } catch (Throwable failure) {
      System.err.println(
          "unpark: could not start (" + failure + "); the application runs without it");
    }
  }
}
