package dev.unpark.agent.hook;

import dev.unpark.agent.bootstrap.WaitTable;
import java.util.concurrent.TimeUnit;

/** Lets a thread wait for a lock that is held, and looks whether the wait table shows it. */
final class AcquireProbe {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Attempts of a millisecond each. */
  static final int TRIES = 2_000;

  private AcquireProbe() {}

  static boolean isSeen(Object synchronizer, Runnable acquire, Runnable release)
      throws InterruptedException {
    Thread waiter =
        new Thread(Thread.currentThread().getThreadGroup(), acquire, "unpark-selftest-waiter");
    waiter.setDaemon(true);
    waiter.start();
    boolean seen = false;
    try {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (!seen && System.nanoTime() - deadline < 0) {
        seen = isWaiting(waiter, synchronizer);
        Thread.sleep(1);
      }
    } finally {
      release.run();
    }
    waiter.join(PATIENCE_NANOS / 1_000_000);
    return seen && !isWaiting(waiter, synchronizer);
  }

  private static boolean isWaiting(Thread waiter, Object synchronizer) {
    for (int row = 0; row < WaitTable.CAPACITY; row++) {
      if (WaitTable.waiter(row) == waiter && WaitTable.synchronizer(row) == synchronizer) {
        return true;
      }
    }
    return false;
  }
}
