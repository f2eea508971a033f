package dev.unpark.dumps.shapes;

import java.util.concurrent.locks.ReentrantLock;

/** Eight threads hand one lock from one to the next; benign: each has a lock of its own. */
final class QueueAtOneLock {
  private QueueAtOneLock() {}

  public static void main(String[] arguments) throws Exception {
    ReentrantLock counter = new ReentrantLock(true);
    for (int i = 1; i <= 8; i++) {
      ReentrantLock lock = Stage.faulty(arguments) ? counter : new ReentrantLock(true);
      Stage.start("teller-" + i, () -> serve(lock));
    }
    Stage.awaitState("teller-8", Thread.State.TIMED_WAITING);
    Stage.ready();
  }

  private static void serve(ReentrantLock lock) {
    while (!Thread.interrupted()) {
      lock.lock();
      try {
        Stage.rest(3);
      } finally {
        lock.unlock();
      }
    }
  }
}
