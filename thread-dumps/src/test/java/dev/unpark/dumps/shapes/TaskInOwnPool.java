package dev.unpark.dumps.shapes;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Tasks of a pool wait for tasks that only this pool could run, in the ways there are to wait;
 * benign: the inner tasks have a pool of their own.
 */
final class TaskInOwnPool {
  private static final int WORKERS = 2;

  private TaskInOwnPool() {}

  /** By {@code Future.get}. */
  static final class ByFuture {
    public static void main(String[] arguments) throws Exception {
      TaskInOwnPool.run(arguments, pool -> pool.submit(() -> "part").get());
    }
  }

  /** By {@code CompletableFuture.join}. */
  static final class ByCompletableFuture {
    public static void main(String[] arguments) throws Exception {
      TaskInOwnPool.run(
          arguments, pool -> CompletableFuture.supplyAsync(() -> "part", pool).join());
    }
  }

  /** By {@code invokeAll}. */
  static final class ByInvokeAll {
    public static void main(String[] arguments) throws Exception {
      TaskInOwnPool.run(arguments, pool -> pool.invokeAll(List.of(() -> "part")));
    }
  }

  private interface Work {
    void doIn(ExecutorService pool) throws Exception;
  }

  private static void run(String[] arguments, Work work) throws Exception {
    ExecutorService batches = Executors.newFixedThreadPool(WORKERS);
    ExecutorService parts =
        Stage.faulty(arguments) ? batches : Executors.newFixedThreadPool(WORKERS);
    CountDownLatch allRun = new CountDownLatch(WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      batches.submit(
          () -> {
            allRun.countDown();
            Stage.await(allRun);
            work.doIn(parts);
            return "done";
          });
    }
    allRun.await();
    Stage.awaitThem(Thread.State.WAITING, "pool-1-thread-1", "pool-1-thread-2");
  }
}
