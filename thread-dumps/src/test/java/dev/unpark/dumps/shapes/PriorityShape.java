package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/** A thread of high priority waits for one of low priority; benign: both have the same. */
final class PriorityShape {
  private static final Object BOOK = new Object();

  private PriorityShape() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Thread report =
        Stage.start(
            "report",
            () -> {
              synchronized (BOOK) {
                held.countDown();
                Stage.sleepForEver();
              }
            });
    held.await();
    Thread ticker =
        Stage.start(
            "ticker",
            () -> {
              synchronized (BOOK) {
                BOOK.notifyAll();
              }
            });
    if (Stage.faulty(arguments)) {
      report.setPriority(Thread.MIN_PRIORITY);
      ticker.setPriority(Thread.MAX_PRIORITY);
    }
    Stage.awaitState(ticker, Thread.State.BLOCKED);
    Stage.ready();
  }
}
