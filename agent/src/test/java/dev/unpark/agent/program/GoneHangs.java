package dev.unpark.agent.program;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;

/** Hangs behind somebody who is gone, or who owes what it waits for. */
final class GoneHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "ended-owner", GoneHangs::endedOwner,
          "failed-counter", GoneHangs::failedCounter,
          "owed-by-hand", GoneHangs::owedByHand);

  private GoneHangs() {}

  /** A thread ends without giving its lock back. */
  private static void endedOwner() throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    Thread owner = Hang.platform("forgets", lock::lock);
    owner.start();
    owner.join();
    AllHangs.two("ended-owner", lock::lock, lock::lock);
  }

  /** One of two tasks fails before it counts down. */
  private static void failedCounter() {
    ExecutorService pool =
        Executors.newFixedThreadPool(2, task -> Hang.platform("counts-down", task));
    CountDownLatch done = new CountDownLatch(2);
    pool.submit(done::countDown);
    pool.submit(
        () -> {
          if (done.getCount() >= 0) {
            throw new IllegalStateException("before it counts down");
          }
          done.countDown();
        });
    Hang.platform("failed-counter-1", () -> AllHangs.await(done)).start();
  }

  /** Each completes its future once it has the other's. */
  private static void owedByHand() {
    CompletableFuture<String> price = new CompletableFuture<>();
    CompletableFuture<String> stock = new CompletableFuture<>();
    AllHangs.two(
        "owed-by-hand", () -> price.complete(stock.join()), () -> stock.complete(price.join()));
  }
}
