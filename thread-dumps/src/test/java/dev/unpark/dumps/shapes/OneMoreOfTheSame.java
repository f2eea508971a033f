package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Two guests have one fork each of a drawer of two, and want one more; benign: one fork is enough
 * for each.
 */
final class OneMoreOfTheSame {
  private static final Semaphore FORKS = new Semaphore(2);

  private OneMoreOfTheSame() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    CountDownLatch bothHaveOne = new CountDownLatch(2);
    Stage.start("guest-1", () -> eat(bothHaveOne, faulty));
    Stage.start("guest-2", () -> eat(bothHaveOne, faulty));
    Stage.awaitThem(
        faulty ? Thread.State.WAITING : Thread.State.TIMED_WAITING, "guest-1", "guest-2");
  }

  private static void eat(CountDownLatch bothHaveOne, boolean wantsTwo) {
    FORKS.acquireUninterruptibly();
    bothHaveOne.countDown();
    Stage.await(bothHaveOne);
    if (wantsTwo) {
      FORKS.acquireUninterruptibly();
    }
    Stage.sleepForEver();
  }
}
