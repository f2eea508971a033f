package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Two threads that read, and ask for the write lock with the read lock in their hands. */
public final class ReadLockUpgrade {
  private static final ReentrantReadWriteLock PAGE = new ReentrantReadWriteLock();
  private static final CountDownLatch BOTH_READ = new CountDownLatch(2);

  private ReadLockUpgrade() {}

  public static void main(String[] arguments) throws InterruptedException {
    boolean benign = Shape.isBenign(arguments);
    Shape.start("editor-1", () -> edit(benign));
    Shape.start("editor-2", () -> edit(benign));
    if (benign) {
      BOTH_READ.await();
      Shape.ready();
    }
    Shape.awaitThem(Thread.State.WAITING, "editor-1", "editor-2");
  }

  private static void edit(boolean givesBackFirst) {
    PAGE.readLock().lock();
    BOTH_READ.countDown();
    try {
      BOTH_READ.await();
    } catch (InterruptedException over) {
      return;
    }
    if (givesBackFirst) {
      PAGE.readLock().unlock();
    }
    PAGE.writeLock().lock();
    PAGE.writeLock().unlock();
    Shape.sleepForEver();
  }
}
