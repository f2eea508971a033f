package dev.unpark.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prints what threads of the application allocate while they wait for each other, in bytes per
 * operation: their own counters, so that what other threads of the JVM do is not in it.
 */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Until then the agent has put its hooks in. */
  private static final int BEFORE_MILLIS = 5_000;

  private static final int WARM_UP = 200_000;
  private static final int OPERATIONS = 400_000;

  private Allocation() {}

  private interface Operation {
    void run() throws InterruptedException;
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) throws InterruptedException {
    Thread.sleep(BEFORE_MILLIS);
    Reluctant reluctant = new Reluctant();
    print("wait without a node", alone(() -> reluctant.acquire(1), WARM_UP, OPERATIONS));
    ReentrantLock lock = new ReentrantLock(true);
    print(
        "fair lock, 4 threads",
        inFour(
            () -> {
              lock.lock();
              lock.unlock();
            },
            WARM_UP / 10,
            OPERATIONS / 10));
    ReentrantLock unfair = new ReentrantLock();
    print(
        "lock, 4 threads",
        inFour(
            () -> {
              unfair.lock();
              unfair.unlock();
            },
            WARM_UP,
            OPERATIONS));
    ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);
    print(
        "queue of one, 4 threads",
        inFour(
            () -> {
              queue.offer(1, 1, TimeUnit.MILLISECONDS);
              queue.poll(1, TimeUnit.MILLISECONDS);
            },
            WARM_UP / 10,
            OPERATIONS / 10));
    print("task of a pool", tasks());
  }

  private static void print(String what, double bytes) {
    System.out.printf("%s\t%.2f%n", what, bytes);
  }

  /**
   * Gives way when it is asked again: every acquire takes the slow path, where the hooks are, and
   * ends before the JDK makes a node for it. What is allocated then is all the agent's.
   */
  private static final class Reluctant extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;

    private boolean asked;

    @Override
    protected boolean tryAcquire(int ignored) {
      asked = !asked;
      return !asked;
    }
  }

  private static double alone(Operation operation, int warmUp, int operations)
      throws InterruptedException {
    repeat(operation, warmUp);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    repeat(operation, operations);
    return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / operations;
  }

  private static double inFour(Operation operation, int warmUp, int operations)
      throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(4);
    long[] allocated = new long[4];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int mine = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  repeat(operation, warmUp);
                  ready.countDown();
                  ready.await();
                  long before = THREADS.getCurrentThreadAllocatedBytes();
                  repeat(operation, operations);
                  allocated[mine] = THREADS.getCurrentThreadAllocatedBytes() - before;
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              });
      threads.add(thread);
      thread.start();
    }
    long sum = 0;
    for (int i = 0; i < 4; i++) {
      threads.get(i).join();
      sum += allocated[i];
    }
    return (double) sum / 4 / operations;
  }

  private static void repeat(Operation operation, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      operation.run();
    }
  }

  /** What the submitter and the worker allocate for one task, queue node and all. */
  private static double tasks() throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    ThreadFactory remembering =
        task -> {
          Thread thread = new Thread(task);
          workers.add(thread);
          return thread;
        };
    ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(1, remembering);
    submit(pool, WARM_UP);
    long workerBefore = THREADS.getThreadAllocatedBytes(workers.get(0).getId());
    long before = THREADS.getCurrentThreadAllocatedBytes();
    submit(pool, OPERATIONS);
    long sum =
        THREADS.getCurrentThreadAllocatedBytes()
            - before
            + THREADS.getThreadAllocatedBytes(workers.get(0).getId())
            - workerBefore;
    pool.shutdown();
    return (double) sum / OPERATIONS;
  }

  private static void submit(ThreadPoolExecutor pool, int times) throws InterruptedException {
    Runnable nothing = () -> {};
    for (int i = 0; i < times; i++) {
      pool.execute(nothing);
      if (i % 100 == 0) {
        while (!pool.getQueue().isEmpty()) {
          Thread.onSpinWait();
        }
      }
    }
    while (!pool.getQueue().isEmpty()) {
      Thread.sleep(1);
    }
  }
}
