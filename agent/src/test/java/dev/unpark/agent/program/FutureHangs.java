package dev.unpark.agent.program;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Hangs at futures: pools that wait for their own queue, in every dress, and futures owed. */
final class FutureHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "completable",
          () -> completable(pool(2, "worker-")),
          "completable-chain",
          () -> chain(pool(2, "worker-")),
          "completable-all-of",
          () -> allOf(pool(2, "worker-")),
          "fork-join",
          () -> forkJoin(new ForkJoinPool(2)),
          "common-pool",
          () -> forkJoin(ForkJoinPool.commonPool()),
          "two-pools",
          FutureHangs::twoPools,
          "scheduler",
          FutureHangs::scheduler,
          "owed",
          FutureHangs::owed);

  private FutureHangs() {}

  private static ThreadFactory named(String prefix) {
    int[] count = {0};
    return task -> Hang.platform(prefix + ++count[0], task);
  }

  private static ExecutorService pool(int size, String prefix) {
    return Executors.newFixedThreadPool(size, named(prefix));
  }

  private static void completable(Executor pool) {
    for (int i = 0; i < 2; i++) {
      pool.execute(
          () -> {
            Hang.meet();
            CompletableFuture.supplyAsync(() -> "never", pool).join();
          });
    }
  }

  private static void chain(Executor pool) {
    for (int i = 0; i < 2; i++) {
      pool.execute(
          () -> {
            Hang.meet();
            CompletableFuture.supplyAsync(() -> "never", pool)
                .thenApply(String::length)
                .thenAccept(length -> {})
                .join();
          });
    }
  }

  private static void allOf(Executor pool) {
    for (int i = 0; i < 2; i++) {
      pool.execute(
          () -> {
            Hang.meet();
            CompletableFuture.allOf(
                    CompletableFuture.completedFuture("done"),
                    CompletableFuture.runAsync(() -> {}, pool),
                    CompletableFuture.runAsync(() -> {}, pool))
                .join();
          });
    }
  }

  /** All workers wait for what is queued in their pool, in a way that it does not know of. */
  private static void forkJoin(ForkJoinPool pool) {
    for (int i = 0; i < pool.getParallelism(); i++) {
      String name = "worker-" + (i + 1);
      pool.execute(
          () -> {
            Thread.currentThread().setName(name);
            Hang.pause();
            FutureTask<String> inner = new FutureTask<>(() -> "never");
            pool.execute(inner);
            get(inner);
          });
    }
  }

  private static void twoPools() {
    ExecutorService one = pool(1, "one-");
    ExecutorService other = pool(1, "other-");
    one.execute(() -> submitAndWait(other));
    other.execute(() -> submitAndWait(one));
  }

  private static void submitAndWait(ExecutorService pool) {
    Hang.meet();
    get(pool.submit(() -> "never"));
  }

  private static void scheduler() {
    var scheduler = Executors.newSingleThreadScheduledExecutor(named("timer-"));
    scheduler.schedule(
        () -> get(scheduler.schedule(() -> "never", 1, TimeUnit.MILLISECONDS)),
        1,
        TimeUnit.MILLISECONDS);
  }

  /** Each computes a future that the other waits for. */
  private static void owed() {
    CountDownLatch made = new CountDownLatch(1);
    Future<?>[] futures = new Future<?>[2];
    List<String> names = List.of("first", "second");
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      Callable<Object> computation =
          () -> {
            made.await();
            return futures[other].get();
          };
      FutureTask<Object> task = new FutureTask<>(computation);
      futures[i] = task;
      Hang.platform(names.get(i), task).start();
    }
    made.countDown();
  }

  private static void get(Future<?> future) {
    try {
      future.get();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
