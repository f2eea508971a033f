package dev.unpark.agent.hook;

import java.util.ArrayList;
import java.util.List;

/**
 * Every hook of the JDK's locks, in the order in which they are woven; those of one class at once.
 */
public final class Hooks {
  private Hooks() {}

  /**
   * Those that run only where a thread waits, or another waits for its signal, or an exception ends
   * a task; and the books of stamps, which cost a few nanoseconds.
   */
  public static List<Hook> byDefault() {
    return List.of(
        new SynchronizerWaitHook(),
        new LongSynchronizerWaitHook(),
        SignalHook.ofSynchronizer(),
        SignalHook.ofLongSynchronizer(),
        FailureHook.ofTasks(),
        FailureHook.ofThreads(),
        new StampedLockHook());
  }

  /** And the books of permits. */
  public static List<Hook> all() {
    List<Hook> all = new ArrayList<>(byDefault());
    all.add(new SemaphoreHook());
    return List.copyOf(all);
  }
}
