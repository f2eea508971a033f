package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one place for an agent in this JVM. It outlives the agent's own loader, so that a second
 * agent finds the first.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class Slot {
  private static final AtomicReference<@Nullable Runnable> DETACH = new AtomicReference<>();
  private static volatile int version;

  private Slot() {}

  /** Which bootstrap part this JVM has; it cannot be loaded twice. */
  public static void version(int hash) {
    version = hash;
  }

  public static int version() {
    return version;
  }

  /**
   * Takes the place, unless another agent has it.
   *
   * @param detach takes the agent away, and comes back when it has gone
   */
  public static boolean claim(Runnable detach) {
    return DETACH.compareAndSet(null, detach);
  }

  /** Leaves the place to others. */
  public static void release() {
    DETACH.set(null);
  }

  /** How to take the present agent away, or null when there is none. */
  public static @Nullable Runnable occupant() {
    return DETACH.get();
  }
}
