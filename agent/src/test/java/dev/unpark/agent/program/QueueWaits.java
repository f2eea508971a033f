package dev.unpark.agent.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A pool under load whose tasks measure themselves how long they stood in the queue: prints the
 * truth when the load is over, and stays.
 */
public final class QueueWaits {
  private static final int THREADS = 4;
  private static final int MOST = 1 << 20;
  private static final long[] WAITS = new long[MOST];
  private static final AtomicInteger COUNT = new AtomicInteger();

  private QueueWaits() {}

  /**
   * Runs.
   *
   * @param arguments shape of the load, seconds, a file: the load begins when it is there
   */
  public static void main(String[] arguments) throws InterruptedException {
    AtomicInteger threads = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "load-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.prestartAllCoreThreads();
    while (!Files.exists(Path.of(arguments[2]))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1]));
    switch (arguments[0]) {
      case "steady" -> steady(pool, end);
      case "bursts" -> bursts(pool, end);
      case "mixed" -> mixed(pool, end);
      case "fast" -> fast(pool, end);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    while (!pool.getQueue().isEmpty() || pool.getActiveCount() > 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    long[] waits = Arrays.copyOf(WAITS, COUNT.get());
    Arrays.sort(waits);
    StringBuilder truth = new StringBuilder("truth ").append(waits.length);
    for (double rank : new double[] {0.495, 0.5, 0.505, 0.985, 0.99, 0.995}) {
      truth.append(' ').append(waits[(int) (waits.length * rank)]);
    }
    System.out.println(truth);
    TimeUnit.MINUTES.sleep(5);
  }

  /** Comes at random, at nine tenths of what the pool can do. */
  private static void steady(ThreadPoolExecutor pool, long end) {
    Random random = new Random(1);
    while (System.nanoTime() - end < 0) {
      submit(pool, (long) (-Math.log(1 - random.nextDouble()) * 4e6));
      LockSupport.parkNanos((long) (-Math.log(1 - random.nextDouble()) * 1.15e6));
    }
  }

  /** Three hundred at once, and a rest. */
  private static void bursts(ThreadPoolExecutor pool, long end) throws InterruptedException {
    while (System.nanoTime() - end < 0) {
      for (int i = 0; i < 300; i++) {
        submit(pool, 2_000_000);
      }
      TimeUnit.MILLISECONDS.sleep(430);
    }
  }

  /** One of twenty is slow. */
  private static void mixed(ThreadPoolExecutor pool, long end) {
    Random random = new Random(2);
    while (System.nanoTime() - end < 0) {
      submit(pool, random.nextInt(20) == 0 ? 60_000_000 : 1_000_000);
      LockSupport.parkNanos(1_200_000);
    }
  }

  /** Many that do next to nothing, now and then more than can be done at once. */
  private static void fast(ThreadPoolExecutor pool, long end) throws InterruptedException {
    Random random = new Random(3);
    while (System.nanoTime() - end < 0) {
      int many = 200 + random.nextInt(1_600);
      for (int i = 0; i < many; i++) {
        submit(pool, 0);
      }
      submit(pool, 20_000_000);
      submit(pool, 20_000_000);
      submit(pool, 20_000_000);
      submit(pool, 20_000_000);
      TimeUnit.MILLISECONDS.sleep(60);
    }
  }

  private static void submit(ThreadPoolExecutor pool, long work) {
    long submitted = System.nanoTime();
    pool.execute(
        () -> {
          long waited = System.nanoTime() - submitted;
          int at = COUNT.getAndIncrement();
          if (at < MOST) {
            WAITS[at] = waited;
          }
          if (work > 0) {
            LockSupport.parkNanos(work);
          }
        });
  }
}
