package dev.unpark.agent.program;

import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.StampedLock;

/** Hangs at locks that name no owner: semaphores and stamped locks. */
final class PermitHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "stamped-writers",
          PermitHangs::stampedWriters,
          "stamped-readers",
          PermitHangs::stampedReaders,
          "stamped-views",
          PermitHangs::stampedViews,
          "semaphores",
          () -> semaphores("semaphores", true),
          "new-semaphores",
          () -> semaphores("new-semaphores", false),
          "one-more-permit",
          PermitHangs::oneMorePermit);

  private PermitHangs() {}

  /** Two locks, in opposite order. */
  private static void stampedWriters() {
    StampedLock one = new StampedLock();
    StampedLock other = new StampedLock();
    AllHangs.two(
        "stamped-writers",
        () -> {
          one.writeLock();
          Hang.meet();
          other.writeLock();
        },
        () -> {
          other.writeLock();
          Hang.meet();
          one.readLock();
        });
  }

  /** Both read, and both want to write without converting their stamps. */
  private static void stampedReaders() {
    StampedLock lock = new StampedLock();
    Runnable editor =
        () -> {
          lock.readLock();
          Hang.meet();
          lock.writeLock();
        };
    AllHangs.two("stamped-readers", editor, editor);
  }

  /** The same by the views, after a conversion to and fro. */
  private static void stampedViews() {
    StampedLock lock = new StampedLock();
    lock.unlock(lock.tryConvertToWriteLock(lock.readLock()));
    Runnable editor =
        () -> {
          lock.asReadLock().lock();
          Hang.meet();
          lock.asWriteLock().lock();
        };
    AllHangs.two("stamped-views", editor, editor);
  }

  /**
   * Two semaphores as mutexes, in opposite order.
   *
   * @param used whether they have been given back before by those who took them
   */
  private static void semaphores(String name, boolean used) throws Exception {
    Semaphore one = new Semaphore(1);
    Semaphore other = new Semaphore(1);
    if (used) {
      one.acquire();
      one.release();
      other.acquire();
      other.release();
    }
    AllHangs.two(name, () -> both(one, other), () -> both(other, one));
  }

  private static void both(Semaphore first, Semaphore second) {
    first.acquireUninterruptibly();
    Hang.meet();
    second.acquireUninterruptibly();
  }

  /** Each has two of four permits and wants one more. */
  private static void oneMorePermit() {
    Semaphore permits = new Semaphore(4);
    CyclicBarrier met = new CyclicBarrier(2);
    Runnable user =
        () -> {
          permits.acquireUninterruptibly(3);
          permits.release(1);
          AllHangs.meet(met);
          permits.acquireUninterruptibly();
        };
    Runnable careful =
        () -> {
          Hang.pause();
          permits.acquireUninterruptibly(2);
          AllHangs.meet(met);
          permits.acquireUninterruptibly();
        };
    AllHangs.two("one-more-permit", user, careful);
  }
}
