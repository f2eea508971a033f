package dev.unpark.agent.program;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;

/** Looks as if somebody were gone or owed something, and goes on after a while. */
final class BenignGone {
  private static final long LONG_WORK = 3_000;

  private BenignGone() {}

  static void start() {
    Benign.daemon("stays", BenignGone::waitForItself).start();
    Benign.daemon("counted-driver", BenignGone::failsAndIsCounted).start();
    Benign.daemon("promises-driver", BenignGone::completedByAThird).start();
    Benign.daemon("owners-driver", BenignGone::ownersEnd).start();
  }

  /** Keeps a JVM alive whose other threads are daemons. */
  private static void waitForItself() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** A task fails, but counts down all the same; the other takes its time. */
  private static void failsAndIsCounted() {
    ExecutorService pool = Executors.newFixedThreadPool(2, task -> Benign.daemon("counted", task));
    while (true) {
      CountDownLatch done = new CountDownLatch(2);
      pool.submit(
          () -> {
            try {
              throw new IllegalStateException("on its way");
            } finally {
              done.countDown();
            }
          });
      pool.submit(
          () -> {
            Benign.sleep(LONG_WORK);
            done.countDown();
          });
      AllHangs.await(done);
    }
  }

  /** Two threads wait for futures that both have at hand; a third one completes them. */
  private static void completedByAThird() {
    while (true) {
      CompletableFuture<String> one = new CompletableFuture<>();
      CompletableFuture<String> other = new CompletableFuture<>();
      Thread first = Benign.daemon("awaits-one", () -> other.complete(one.join()));
      Thread second = Benign.daemon("awaits-other", () -> one.complete(other.join()));
      first.start();
      second.start();
      Benign.daemon(
              "third",
              () -> {
                Benign.sleep(LONG_WORK);
                one.complete("from a third");
              })
          .start();
      one.join();
      other.join();
    }
  }

  /** Locks whose last owners have ended, having given them back; and one that is held for long. */
  private static void ownersEnd() {
    ReentrantLock lock = new ReentrantLock();
    while (true) {
      Thread owner =
          Benign.daemon(
              "owns",
              () -> {
                lock.lock();
                Benign.sleep(LONG_WORK);
                lock.unlock();
              });
      owner.start();
      Benign.sleep(LONG_WORK / 10);
      lock.lock();
      lock.unlock();
    }
  }
}
