package dev.unpark.agent.hook;

import java.util.ArrayList;
import java.util.List;

/**
 * Every hook of the JDK's locks, in the order in which they are woven; those of one class at once.
 */
public final class Hooks {
  private Hooks() {}

  /** Those that run only where a thread waits, or another waits for its signal. */
  public static List<Hook> ofSlowPaths() {
    return List.of(
        new SynchronizerWaitHook(),
        new LongSynchronizerWaitHook(),
        SignalHook.ofSynchronizer(),
        SignalHook.ofLongSynchronizer());
  }

  /** And those that keep books of who holds what has no owner, whether anybody waits or not. */
  public static List<Hook> all() {
    List<Hook> all = new ArrayList<>(ofSlowPaths());
    all.add(new SemaphoreHook());
    all.add(new StampedLockHook());
    return List.copyOf(all);
  }
}
