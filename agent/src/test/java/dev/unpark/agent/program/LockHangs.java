package dev.unpark.agent.program;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Hangs at locks that are harder to see through than most. */
final class LockHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of("hostile-threads", LockHangs::hostile, "later-reader", LockHangs::laterReader);

  private LockHangs() {}

  /** Two threads that must not be asked anything, in a group whose monitor is never free again. */
  private static void hostile() throws InterruptedException {
    ReentrantLock lockA = new ReentrantLock();
    ReentrantLock lockB = new ReentrantLock();
    Thread keeper =
        Hang.platform(
            "keeper",
            () -> {
              synchronized (Thread.currentThread().getThreadGroup()) {
                sleepForEver();
              }
            });
    Hang.both(
        new Hostile("first", () -> Hang.inLocks(lockA, lockB)),
        new Hostile("second", () -> Hang.inLocks(lockB, lockA)));
    keeper.start();
  }

  private static final class Hostile extends Thread {
    Hostile(String name, Runnable task) {
      super(task, name);
      setDaemon(true);
    }

    @Override
    public State getState() {
      sleepForEver();
      return State.NEW;
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      sleepForEver();
      return new StackTraceElement[0];
    }
  }

  /** The reader that matters is not the first one, which is the only one that the lock names. */
  private static void laterReader() throws InterruptedException {
    ReentrantReadWriteLock shared = new ReentrantReadWriteLock();
    ReentrantLock lock = new ReentrantLock();
    shared.readLock().lock();
    Hang.both(
        Hang.platform(
            "first",
            () -> {
              shared.readLock().lock();
              Hang.pause();
              Hang.pause();
              lock.lock();
            }),
        Hang.platform(
            "second",
            () -> {
              lock.lock();
              Hang.pause();
              shared.writeLock().lock();
            }));
    Thread.sleep(Hang.MEET_MILLIS / 2);
    shared.readLock().unlock();
  }

  private static void sleepForEver() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
