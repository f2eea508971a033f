package dev.unpark.agent.program;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Pools of its first moment, whose only worker never gets free, and which refuse one task more. */
public final class Pools {
  private Pools() {}

  /** Takes no arguments; ends by being killed. */
  public static void main(String[] arguments) throws InterruptedException {
    ThreadPoolExecutor own = pool("own", (task, executor) -> {});
    ThreadPoolExecutor standard = pool("standard", new ThreadPoolExecutor.DiscardPolicy());
    ForkJoinPool forks = new ForkJoinPool(1);
    CountDownLatch never = new CountDownLatch(1);
    forks.execute(() -> await(never));
    own.execute(() -> await(never));
    standard.execute(() -> await(never));
    while (true) {
      own.execute(() -> {});
      standard.execute(() -> {});
      Thread.sleep(20);
    }
  }

  private static ThreadPoolExecutor pool(String name, RejectedExecutionHandler handler) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> new Thread(task, name),
        handler);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
