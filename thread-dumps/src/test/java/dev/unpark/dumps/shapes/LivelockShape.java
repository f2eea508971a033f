package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Two threads hold a lock each, try for the other's and try again; benign: they take turns in one
 * order, with a rest in between.
 */
final class LivelockShape {
  private LivelockShape() {}

  public static void main(String[] arguments) throws Exception {
    ReentrantLock one = new ReentrantLock();
    ReentrantLock two = new ReentrantLock();
    CountDownLatch started = new CountDownLatch(2);
    boolean faulty = Stage.faulty(arguments);
    Stage.start("transfer-1", () -> transfer(one, two, started, faulty));
    Stage.start(
        "transfer-2", () -> transfer(faulty ? two : one, faulty ? one : two, started, faulty));
    started.await();
    Stage.ready();
  }

  private static void transfer(
      ReentrantLock from, ReentrantLock to, CountDownLatch started, boolean faulty) {
    if (faulty) {
      from.lock();
      meet(started);
      while (!take(to)) {
        Thread.onSpinWait();
      }
    }
    started.countDown();
    while (!Thread.interrupted()) {
      from.lock();
      to.lock();
      to.unlock();
      from.unlock();
      rest();
    }
  }

  /** Each holds its first lock before either tries for the second. */
  private static void meet(CountDownLatch bothHoldOne) {
    bothHoldOne.countDown();
    try {
      bothHoldOne.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean take(ReentrantLock lock) {
    try {
      return lock.tryLock(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void rest() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
