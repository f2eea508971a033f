package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Two threads that read, and ask for the write lock with the read lock in their hands. */
final class ReadLockUpgrade {
  private static final ReentrantReadWriteLock PAGE = new ReentrantReadWriteLock();
  private static final CountDownLatch BOTH_READ = new CountDownLatch(2);

  private ReadLockUpgrade() {}

  public static void main(String[] arguments) throws Exception {
    boolean benign = !Stage.faulty(arguments);
    Stage.start("editor-1", () -> edit(benign));
    Stage.start("editor-2", () -> edit(benign));
    if (benign) {
      BOTH_READ.await();
      Stage.ready();
    }
    Stage.awaitThem(Thread.State.WAITING, "editor-1", "editor-2");
  }

  private static void edit(boolean givesBackFirst) {
    PAGE.readLock().lock();
    BOTH_READ.countDown();
    Stage.await(BOTH_READ);
    if (givesBackFirst) {
      PAGE.readLock().unlock();
    }
    PAGE.writeLock().lock();
    PAGE.writeLock().unlock();
    Stage.sleepForEver();
  }
}
