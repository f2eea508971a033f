package dev.unpark.agent.program;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Pools that look as if they waited for themselves, and go on after a while. */
final class BenignFutures {
  private static final long LONG_WORK = 1_500;

  private BenignFutures() {}

  static void start(long seconds) {
    daemons("spare", 2, BenignFutures::oneWorkerIsFree);
    daemons("late", 1, BenignFutures::endsByTimeout);
    daemons("either", 1, BenignFutures::oneOfTwo);
    daemons("manual", 1, BenignFutures::completedByHand);
    Benign.daemon("compensated", () -> compensated(seconds)).start();
  }

  private interface Work {
    void on(ExecutorService pool) throws Exception;
  }

  private static void daemons(String name, int size, Work work) {
    ExecutorService pool = Executors.newFixedThreadPool(size, task -> Benign.daemon(name, task));
    Benign.daemon(name + "-driver", () -> forEver(pool, work)).start();
  }

  private static void forEver(ExecutorService pool, Work work) {
    while (true) {
      try {
        work.on(pool);
        Benign.sleep(2 * LONG_WORK); // A pool that never rests would rightly be called exhausted.
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  /** One worker waits for a task that is queued behind long work of the other. */
  private static void oneWorkerIsFree(ExecutorService pool) throws Exception {
    pool.execute(() -> Benign.sleep(LONG_WORK));
    pool.submit(() -> pool.submit(() -> "after all").get()).get();
  }

  /** The only worker waits for its own queue, and gives up. */
  private static void endsByTimeout(ExecutorService pool) throws Exception {
    pool.submit(
            () ->
                CompletableFuture.supplyAsync(() -> "late", pool)
                    .completeOnTimeout("default", LONG_WORK, TimeUnit.MILLISECONDS)
                    .join())
        .get();
  }

  /** The only worker waits for the first of two futures, and one of them comes from elsewhere. */
  private static void oneOfTwo(ExecutorService pool) throws Exception {
    CompletableFuture<Object> elsewhere = new CompletableFuture<>();
    Benign.daemon(
            "elsewhere",
            () -> {
              Benign.sleep(LONG_WORK);
              elsewhere.complete("from elsewhere");
            })
        .start();
    pool.submit(
            () ->
                CompletableFuture.anyOf(elsewhere, CompletableFuture.runAsync(() -> {}, pool))
                    .join())
        .get();
  }

  /** The only worker waits for what no queue holds. */
  private static void completedByHand(ExecutorService pool) throws Exception {
    CompletableFuture<String> promise = new CompletableFuture<>();
    var waiting = pool.submit(() -> promise.join());
    pool.submit(() -> "queued behind it");
    Benign.sleep(LONG_WORK);
    promise.complete("by hand");
    waiting.get();
  }

  /** Workers of a fork-join pool wait for inner tasks; the pool helps itself. */
  private static void compensated(long seconds) {
    ForkJoinPool pool = new ForkJoinPool(2);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - end < 0) {
      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> inner(pool), pool),
              CompletableFuture.runAsync(() -> inner(pool), pool))
          .join();
    }
  }

  private static void inner(ForkJoinPool pool) {
    CompletableFuture.runAsync(() -> Benign.sleep(LONG_WORK / 2), pool).join();
  }
}
