package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/** One thread sleeps with the ledger locked for which four wait; benign: it holds nothing. */
final class SlowOwner {
  private static final Object LEDGER = new Object();

  private SlowOwner() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    boolean faulty = Stage.faulty(arguments);
    Stage.start("auditor", () -> audit(held, faulty));
    held.await();
    for (int i = 1; i <= 4; i++) {
      Stage.start("clerk-" + i, SlowOwner::book);
    }
    Stage.awaitThem(
        faulty ? Thread.State.BLOCKED : Thread.State.TIMED_WAITING,
        "clerk-1",
        "clerk-2",
        "clerk-3",
        "clerk-4");
  }

  private static void audit(CountDownLatch held, boolean locks) {
    if (locks) {
      synchronized (LEDGER) {
        held.countDown();
        Stage.sleepForEver();
      }
    }
    held.countDown();
    Stage.sleepForEver();
  }

  private static void book() {
    synchronized (LEDGER) {
      LEDGER.notifyAll();
    }
    Stage.sleepForEver();
  }
}
