package dev.unpark.agent.program;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/** Permits, stamps and queued work that look stuck for seconds, and are not. */
final class BenignPermits {
  private static final long LONG_WAIT = 3_000;

  private BenignPermits() {}

  static void start() {
    limiter();
    neverUsedLimiter();
    stamps();
    gate();
    lateParty();
    openedFromOutside();
    completedLater();
  }

  /** Limits what is under way: taken by who submits, given back by who completes. */
  private static void limiter() {
    Semaphore underWay = new Semaphore(2);
    ScheduledExecutorService peer = scheduler("limited-peer");
    Benign.daemon(
            "limited",
            () -> {
              while (true) {
                underWay.acquireUninterruptibly();
                peer.schedule(() -> underWay.release(), LONG_WAIT, TimeUnit.MILLISECONDS);
              }
            })
        .start();
  }

  /** The same by two threads, before the first answer has come. */
  private static void neverUsedLimiter() {
    Semaphore underWay = new Semaphore(4);
    ScheduledExecutorService peer = scheduler("fresh-peer");
    for (int i = 0; i < 2; i++) {
      Benign.daemon(
              "fresh-" + i,
              () -> {
                for (int permits = 0; permits < 4; permits++) {
                  underWay.acquireUninterruptibly();
                  peer.schedule(() -> underWay.release(), 2 * LONG_WAIT, TimeUnit.MILLISECONDS);
                }
              })
          .start();
    }
  }

  /** Readers that want to write, with a way out. */
  private static void stamps() {
    StampedLock lock = new StampedLock();
    for (int i = 0; i < 2; i++) {
      Benign.daemon("stamps-" + i, () -> upgrade(lock)).start();
    }
  }

  private static void upgrade(StampedLock lock) {
    while (true) {
      long stamp = lock.readLock();
      try {
        Benign.sleep(50);
        long write = lock.tryWriteLock(1_500, TimeUnit.MILLISECONDS);
        if (write != 0) {
          lock.unlockWrite(write);
        }
      } catch (InterruptedException stopped) {
        return;
      } finally {
        lock.unlockRead(stamp);
      }
    }
  }

  /** Many tasks of one kind stand at a gate, as load tests begin. */
  private static void gate() {
    CountDownLatch gate = new CountDownLatch(1);
    ExecutorService pool = pool("at-gate", 2);
    for (int i = 0; i < 6; i++) {
      pool.execute(() -> await(gate));
    }
    Benign.daemon(
            "opens-gate",
            () -> {
              Benign.sleep(LONG_WAIT);
              gate.countDown();
            })
        .start();
  }

  /** The last party does not come from the pool, though one that could stands in its queue. */
  private static void lateParty() {
    CyclicBarrier barrier = new CyclicBarrier(3);
    ExecutorService pool = pool("party", 2);
    for (int i = 0; i < 3; i++) {
      pool.execute(() -> meet(barrier));
    }
    Benign.daemon(
            "late-party",
            () -> {
              for (int i = 0; i < 3; i++) {
                Benign.sleep(LONG_WAIT);
                meet(barrier);
              }
            })
        .start();
  }

  /** What a queued task would open is opened by somebody else. */
  private static void openedFromOutside() {
    ExecutorService pool = pool("outside", 1);
    CountDownLatch latch = new CountDownLatch(1);
    pool.execute(() -> await(latch));
    pool.execute(() -> latch.countDown());
    scheduler("opener").schedule(() -> latch.countDown(), LONG_WAIT, TimeUnit.MILLISECONDS);
  }

  /** Its task is queued behind who waits for it, and somebody completes it by hand. */
  private static void completedLater() {
    ExecutorService pool = pool("by-hand", 1);
    CountDownLatch submitted = new CountDownLatch(1);
    CompletableFuture<?>[] inner = new CompletableFuture<?>[1];
    pool.execute(
        () -> {
          inner[0] = CompletableFuture.runAsync(() -> {}, pool);
          submitted.countDown();
          inner[0].join();
        });
    await(submitted);
    CompletableFuture<?> future = inner[0];
    Benign.daemon(
            "completes-by-hand",
            () -> {
              Benign.sleep(LONG_WAIT);
              future.complete(null);
            })
        .start();
  }

  private static ExecutorService pool(String name, int size) {
    return Executors.newFixedThreadPool(size, task -> Benign.daemon(name, task));
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(task -> Benign.daemon(name, task));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
