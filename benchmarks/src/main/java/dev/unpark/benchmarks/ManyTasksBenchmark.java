package dev.unpark.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Very many short tasks, by a pool of platform threads and each on a virtual thread of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManyTasksBenchmark {
  private static final int SHORT_TASKS = 100_000;
  private static final int VIRTUAL_THREADS = 10_000;

  private final ExecutorService pool = Executors.newFixedThreadPool(4);
  private final ReentrantLock lock = new ReentrantLock();
  private long guarded;

  @Benchmark
  @OperationsPerInvocation(SHORT_TASKS)
  public void shortTasks() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(SHORT_TASKS);
    for (int i = 0; i < SHORT_TASKS; i++) {
      pool.execute(
          () -> {
            Blackhole.consumeCPU(20);
            done.countDown();
          });
    }
    done.await();
  }

  /** They come, wait for a lock and for a moment, and go. On JDK 21 and newer. */
  @Benchmark
  @OperationsPerInvocation(VIRTUAL_THREADS)
  public long virtualThreads() throws ReflectiveOperationException {
    ExecutorService perTask =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    for (int i = 0; i < VIRTUAL_THREADS; i++) {
      perTask.execute(this::blockAndGo);
    }
    perTask.shutdown();
    while (!perTask.isTerminated()) {
      LockSupport.parkNanos(100_000);
    }
    return guarded;
  }

  private void blockAndGo() {
    LockSupport.parkNanos(1_000_000);
    lock.lock();
    try {
      guarded++;
    } finally {
      lock.unlock();
    }
  }

  @TearDown
  public void stop() {
    pool.shutdownNow();
  }
}
