package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Two threads that take two semaphores of one permit in opposite order. */
final class CrossedSemaphores {
  private static final Semaphore DOOR = new Semaphore(1);
  private static final Semaphore TILL = new Semaphore(1);
  private static final CountDownLatch BOTH_HOLD_ONE = new CountDownLatch(2);

  private CrossedSemaphores() {}

  public static void main(String[] arguments) throws Exception {
    if (!Stage.faulty(arguments)) {
      BOTH_HOLD_ONE.countDown();
      BOTH_HOLD_ONE.countDown();
      Stage.start("clerk-1", () -> take(DOOR, TILL));
      Stage.start("clerk-2", () -> take(DOOR, TILL));
      Stage.ready();
    }
    Stage.start("clerk-1", () -> take(DOOR, TILL));
    Stage.start("clerk-2", () -> take(TILL, DOOR));
    Stage.awaitThem(Thread.State.WAITING, "clerk-1", "clerk-2");
  }

  private static void take(Semaphore first, Semaphore second) {
    first.acquireUninterruptibly();
    BOTH_HOLD_ONE.countDown();
    Stage.await(BOTH_HOLD_ONE);
    second.acquireUninterruptibly();
    second.release();
    first.release();
    Stage.sleepForEver();
  }
}
