package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Tasks that wait, on a latch, for parts that are queued in the pool that they run in. */
final class LatchInOwnPool {
  private LatchInOwnPool() {}

  public static void main(String[] arguments) throws Exception {
    ExecutorService batches = Executors.newFixedThreadPool(2);
    ExecutorService parts = !Stage.faulty(arguments) ? Executors.newFixedThreadPool(2) : batches;
    CountDownLatch done = new CountDownLatch(2);
    CountDownLatch bothRun = new CountDownLatch(2);
    for (int batch = 0; batch < 2; batch++) {
      batches.execute(
          () -> {
            run(parts, bothRun);
            done.countDown();
          });
    }
    if (parts != batches) {
      done.await();
      Stage.ready();
    }
    Stage.awaitThem(Thread.State.WAITING, "pool-1-thread-1", "pool-1-thread-2");
  }

  private static void run(ExecutorService parts, CountDownLatch bothRun) {
    CountDownLatch latch = new CountDownLatch(1);
    try {
      bothRun.countDown();
      Stage.await(bothRun);
      parts.execute(latch::countDown);
      latch.await();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }
}
