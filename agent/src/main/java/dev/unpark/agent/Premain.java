package dev.unpark.agent;

import java.lang.instrument.Instrumentation;
import java.util.function.BiConsumer;
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
    enter("BeforeMain", arguments, instrumentation);
  }

  /**
   * Starts the agent in an application that runs already, or, with {@code detach} as the only
   * argument, takes it away again.
   */
  public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
    enter("Attached", arguments, instrumentation);
  }

  /*
   * The class in between is not named here but by text: a JVM that is too old must not see it. It is
   * made by its constructor without arguments, since to call a method by reflection costs JDK 25
   * some 20 ms of the application's start.
   */
  @SuppressWarnings("unchecked")
  private static void enter(
      String way, @Nullable String arguments, Instrumentation instrumentation) {
    try {
      if (System.getProperty("java.specification.version", "").startsWith("1.")
          || Integer.getInteger("java.specification.version", OLDEST) < OLDEST) {
        System.err.println(
            "unpark: needs Java 17 or newer, and this is "
                + System.getProperty("java.version")
                + "; the application runs without it");
        return;
      }
      Object entry = Class.forName("dev.unpark.agent.Entry$" + way).getConstructor().newInstance();
      ((BiConsumer<String, Instrumentation>) entry)
          .accept(arguments == null ? "" : arguments, instrumentation);
    } catch (Throwable failure) {
      System.err.println(
          "unpark: could not start (" + failure + "); the application runs without it");
    }
  }
}
