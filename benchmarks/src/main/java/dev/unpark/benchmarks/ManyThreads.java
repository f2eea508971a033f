package dev.unpark.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;

/**
 * Very many threads, and what the agent's own use to look at them: it prints their share of one
 * core, in percent, and the kilobytes that they allocate each second.
 *
 * <p>Of the threads, one in a hundred wakes ten times a second; the others wait for a latch or, one
 * in a hundred, behind a lock that is never given back.
 */
public final class ManyThreads {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final ReentrantLock HELD = new ReentrantLock();

  private ManyThreads() {}

  /** Takes the kind of threads, how many, and the seconds to wait before it measures, and to. */
  public static void main(String[] arguments)
      throws InterruptedException, ReflectiveOperationException {
    int count = Integer.parseInt(arguments[1]);
    Executor executor =
        arguments[0].equals("virtual")
            ? (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)
            : ManyThreads::start;
    HELD.lock();
    for (int i = 0; i < count; i++) {
      int mine = i;
      executor.execute(() -> live(mine));
    }
    Thread.sleep(TimeUnit.SECONDS.toMillis(Long.parseLong(arguments[2])));
    long seconds = Long.parseLong(arguments[3]);
    long cpu = ofTheAgent(THREADS::getThreadCpuTime);
    long bytes = ofTheAgent(THREADS::getThreadAllocatedBytes);
    Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
    System.out.printf(
        "%.2f %d%n",
        (ofTheAgent(THREADS::getThreadCpuTime) - cpu) / (seconds * 1e7),
        (ofTheAgent(THREADS::getThreadAllocatedBytes) - bytes) / (seconds * 1024));
    Runtime.getRuntime().halt(0);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(null, work, "many", 256 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  private static void live(int number) {
    while (number % 100 == 0) {
      LockSupport.parkNanos(100_000_000);
    }
    if (number % 100 == 1) {
      HELD.lock();
    }
    try {
      NEVER.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static long ofTheAgent(LongUnaryOperator measure) {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(info -> info != null && info.getThreadName().startsWith("unpark-"))
        .mapToLong(info -> measure.applyAsLong(info.getThreadId()))
        .sum();
  }
}
