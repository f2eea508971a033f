package dev.unpark.agent.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The agent's threads besides the sampler. One that fails ends alone, and says so.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Parts {
  private static final long PATIENCE_MILLIS = 5_000;

  private final ThreadGroup own;
  private final Log log;
  private final List<Part> parts = new ArrayList<>();

  private record Part(Thread thread, Runnable stop) {}

  Parts(ThreadGroup own, Log log) {
    this.own = own;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param stop makes {@code work} come to its end; called by another thread
   */
  void start(String name, Runnable work, Runnable stop) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (Throwable failure) {
            if (!isEnding()) { // Nothing may be started any more, Flight Recorder neither: no news.
              log.once("%s stopped (%s); the rest goes on".formatted(name, failure));
            }
          }
        };
    Thread thread = new Thread(own, guarded, name, 0, false);
    thread.setDaemon(true);
    // Not ours: Flight Recorder's threads inherit it, and they outlive an agent that is taken away.
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    thread.start();
    parts.add(new Part(thread, stop));
  }

  /** Stops all, and waits until they have. */
  void stop() {
    for (Part part : parts) {
      try {
        part.stop().run();
      } catch (RuntimeException failure) {
        log.once("%s does not stop (%s)".formatted(part.thread().getName(), failure));
      }
    }
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    for (Part part : parts) {
      try {
        part.thread().join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException byAStranger) {
        // The others are waited for all the same.
      }
    }
    parts.clear();
  }

  /** Whether the JVM has begun to shut down: its list of shutdown hooks is then closed. */
  private static boolean isEnding() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }
}
