package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Each of two reads one table and wants to write the other's; benign: none reads while it asks. */
final class CrossedReadWriteLocks {
  private static final ReentrantReadWriteLock STOCK = new ReentrantReadWriteLock();
  private static final ReentrantReadWriteLock ORDERS = new ReentrantReadWriteLock();
  private static final CountDownLatch BOTH_READ = new CountDownLatch(2);

  private CrossedReadWriteLocks() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    Stage.start("buyer", () -> copy(STOCK, ORDERS, faulty));
    Stage.start("seller", () -> copy(ORDERS, STOCK, faulty));
    Stage.awaitThem(faulty ? Thread.State.WAITING : Thread.State.TIMED_WAITING, "buyer", "seller");
  }

  private static void copy(
      ReentrantReadWriteLock from, ReentrantReadWriteLock to, boolean keepsReading) {
    from.readLock().lock();
    BOTH_READ.countDown();
    Stage.await(BOTH_READ);
    if (!keepsReading) {
      from.readLock().unlock();
    }
    to.writeLock().lock();
    to.writeLock().unlock();
    Stage.sleepForEver();
  }
}
