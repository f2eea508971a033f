package dev.unpark.apps.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running process and what it says.
 *
 * <p><b>Threading:</b> one thread of its own reads the output, so that the process never waits for
 * us; any thread may ask. <b>When full:</b> of the output the last {@value #LINES_AT_MOST} lines
 * are kept.
 */
public final class Program implements AutoCloseable {
  private static final int LINES_AT_MOST = 2_000;
  private static final String FAULT_REACHED = "fault reached at ";
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** Those that run; whoever leaves without closing them takes them along. */
  private static final Set<Program> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> RUNNING.forEach(left -> left.process.destroy()), "end programs"));
  }

  private final Process process;
  private final Consumer<String> listener;
  private final Deque<String> lines = new ArrayDeque<>();
  private long lineCount;
  private @Nullable Instant faultReached;

  private Program(Process process, Consumer<String> listener) {
    this.process = process;
    this.listener = listener;
  }

  /**
   * Starts it.
   *
   * @param command program and arguments
   * @param environment what to add to the environment
   * @param listener is given each line of its standard output and error, on the reading thread
   */
  public static Program start(
      List<String> command, Map<String, String> environment, Consumer<String> listener) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    // These would change what every JVM says and does, and none of them is meant for ours.
    List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
        .forEach(builder.environment()::remove);
    try {
      Program program = new Program(builder.start(), listener);
      RUNNING.add(program);
      program.process.onExit().thenRun(() -> RUNNING.remove(program));
      Thread reader = new Thread(program::readOutput, "output of " + program.pid());
      reader.setDaemon(true);
      reader.start();
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status, or empty while it runs. */
  public Optional<Integer> exitStatus() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /** When it said that its fault has come about; empty before. */
  public synchronized Optional<Instant> faultReached() {
    return Optional.ofNullable(faultReached);
  }

  /** How many lines it has printed so far. */
  public synchronized long lineCount() {
    return lineCount;
  }

  /** The last lines of its output. */
  public synchronized String output() {
    return String.join("\n", lines);
  }

  /** Ends it: asks first, waits three seconds, then kills. Returns when it is gone. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void readOutput() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        keep(line);
        listener.accept(line);
      }
    } catch (IOException e) {
      keep("output lost: " + e.getMessage());
    }
  }

  private synchronized void keep(String line) {
    lineCount++;
    lines.add(line);
    if (lines.size() > LINES_AT_MOST) {
      lines.remove();
    }
    if (line.startsWith(FAULT_REACHED)) {
      faultReached = Instant.parse(line.substring(FAULT_REACHED.length()));
    }
  }
}
