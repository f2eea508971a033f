package dev.unpark.agent.hook;

import dev.unpark.agent.bootstrap.WaitTable;

/**
 * Answers in the place of a synchronizer's {@code tryAcquire}: no at first, so that the slow path
 * begins; and there, when it is asked again, yes, after a look at the wait table.
 *
 * <p>Nobody really waits. A queue of waiters in a synchronizer of this JVM, even one of ours, would
 * show the compiler branches of {@code release} that an application may never take, and its free
 * locks would from then on pay for them: a read lock of JDK 25 a nanosecond in six.
 *
 * <p><b>Threading:</b> the thread that acquires.
 */
final class AcquireProbe {
  private boolean asked;
  private boolean seen;

  boolean attempt(Object synchronizer) {
    seen = asked && isWaiting(synchronizer);
    boolean again = asked;
    asked = true;
    return again;
  }

  /** After it was acquired: whether the wait was there in time, and is there no more. */
  boolean wasSeen(Object synchronizer) {
    return seen && !isWaiting(synchronizer);
  }

  private static boolean isWaiting(Object synchronizer) {
    for (int row = 0; row < WaitTable.CAPACITY; row++) {
      if (WaitTable.waiter(row) == Thread.currentThread()
          && WaitTable.synchronizer(row) == synchronizer) {
        return true;
      }
    }
    return false;
  }
}
