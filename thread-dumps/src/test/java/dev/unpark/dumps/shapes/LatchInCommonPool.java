package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * Tasks of the common pool wait on a latch for parts that are queued in it; benign: they have run
 * the parts themselves. To be run with a common pool of two.
 */
final class LatchInCommonPool {
  private static final int WORKERS = 2;

  private LatchInCommonPool() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch allRun = new CountDownLatch(WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      ForkJoinPool.commonPool().execute(() -> run(allRun, Stage.faulty(arguments)));
    }
    if (Stage.faulty(arguments)) {
      String worker = "ForkJoinPool.commonPool-worker-";
      Stage.awaitThem(Thread.State.WAITING, worker + 1, worker + 2);
    }
    ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.MINUTES);
    Stage.ready();
  }

  private static void run(CountDownLatch allRun, boolean queues) {
    CountDownLatch part = new CountDownLatch(1);
    allRun.countDown();
    Stage.await(allRun);
    if (queues) {
      ForkJoinPool.commonPool().execute(part::countDown);
    } else {
      part.countDown();
    }
    try {
      part.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
