package dev.unpark.apps.demo;

import dev.unpark.apps.launch.Jdk;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the JDK's own tool says about a hung JVM: whether its search found a deadlock. */
final class JstackVerdict {
  private static final long PATIENCE_SECONDS = 10;

  private JstackVerdict() {}

  /** One line for people, or empty when this JDK has no jstack or it did not answer. */
  static Optional<String> of(Jdk jdk, long pid) throws InterruptedException {
    if (!Files.isExecutable(jdk.tool("jstack"))) {
      return Optional.empty();
    }
    Path dump = null;
    try {
      dump = Files.createTempFile("jstack", ".txt");
      Process jstack =
          new ProcessBuilder(jdk.tool("jstack").toString(), Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(dump.toFile())
              .start();
      if (!jstack.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        jstack.destroyForcibly();
        return Optional.empty();
      }
      return jstack.exitValue() == 0
          ? Optional.of(verdict(Files.readString(dump, Charset.defaultCharset())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      if (dump != null) {
        dump.toFile().delete();
      }
    }
  }

  private static String verdict(String dump) {
    long threads = dump.lines().filter(line -> line.startsWith("\"")).count();
    // The search ends its report with "Found 1 deadlock." and is silent when there is none.
    boolean deadlock = dump.lines().anyMatch(line -> line.matches("Found \\d+ deadlocks?\\."));
    return deadlock
        ? "jstack: %d threads, and a deadlock".formatted(threads)
        : "jstack: %d threads, no deadlock found".formatted(threads);
  }
}
