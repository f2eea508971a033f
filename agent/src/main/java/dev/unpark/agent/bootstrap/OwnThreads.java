package dev.unpark.agent.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * Which threads are the agent's own: those of its thread group, and so every thread that a library
 * starts on the agent's behalf.
 *
 * <p>They are never recorded: the agent must not be found in its own findings.
 */
public final class OwnThreads {
  private static volatile @Nullable ThreadGroup group;

  private OwnThreads() {}

  /** The agent's group; before the first call no thread is its own. */
  public static void declare(ThreadGroup own) {
    group = own;
  }

  /** The agent has gone: no thread is its own any more. */
  public static void forget() {
    group = null;
  }

  /** Whether {@code thread} belongs to the agent. */
  public static boolean contains(Thread thread) {
    ThreadGroup own = group;
    return own != null && thread.getThreadGroup() == own;
  }
}
