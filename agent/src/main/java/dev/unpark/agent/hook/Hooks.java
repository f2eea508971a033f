package dev.unpark.agent.hook;

import java.util.List;

/** Every hook that there is. */
public final class Hooks {
  private Hooks() {}

  /** In the order in which they are woven; hooks of one class are woven at once. */
  public static List<Hook> all() {
    return List.of(
        new SynchronizerWaitHook(),
        new LongSynchronizerWaitHook(),
        SignalHook.ofSynchronizer(),
        SignalHook.ofLongSynchronizer(),
        new SemaphoreHook(),
        new StampedLockHook());
  }
}
