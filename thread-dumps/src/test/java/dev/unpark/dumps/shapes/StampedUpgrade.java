package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.StampedLock;

/**
 * Two threads read under a StampedLock and ask to write; benign: they give the stamp back first.
 */
final class StampedUpgrade {
  private static final StampedLock MAP = new StampedLock();
  private static final CountDownLatch BOTH_READ = new CountDownLatch(2);

  private StampedUpgrade() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    Stage.start("surveyor-1", () -> draw(faulty));
    Stage.start("surveyor-2", () -> draw(faulty));
    Stage.awaitThem(
        faulty ? Thread.State.WAITING : Thread.State.TIMED_WAITING, "surveyor-1", "surveyor-2");
  }

  private static void draw(boolean keepsReading) {
    long stamp = MAP.readLock();
    BOTH_READ.countDown();
    Stage.await(BOTH_READ);
    if (!keepsReading) {
      MAP.unlockRead(stamp);
    }
    MAP.unlockWrite(MAP.writeLock());
    Stage.sleepForEver();
  }
}
