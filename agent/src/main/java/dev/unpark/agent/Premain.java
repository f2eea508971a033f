package dev.unpark.agent;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** Where the JVM enters the agent, before the application's {@code main}. */
public final class Premain {
  private Premain() {}

  /**
   * Starts the agent beside the application. Whatever goes wrong costs one line on stderr, never
   * the application.
   */
  public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
    try {
      if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
        System.err.println(
            "unpark: a native image cannot be watched by a -javaagent; the application runs without it");
        return;
      }
      File jar =
          new File(Premain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      AgentLoader loader = new AgentLoader(new JarFile(jar, false));
      Class.forName("dev.unpark.agent.core.Agent", true, loader)
          .getMethod("start", String.class, Instrumentation.class)
          .invoke(null, arguments == null ? "" : arguments, instrumentation);
    } catch (Throwable failure) {
      System.err.println(
          "unpark: could not start (" + rootOf(failure) + "); the application runs without it");
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }
}
