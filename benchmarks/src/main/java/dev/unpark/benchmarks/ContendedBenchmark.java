package dev.unpark.benchmarks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** Paths on which threads do wait for each other, all the time: the hooks' worst case. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ContendedBenchmark {
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(64);
  private int guarded;

  @Benchmark
  @Threads(4)
  public int fourThreadsOneLock() {
    Blackhole.consumeCPU(20);
    lock.lock();
    try {
      Blackhole.consumeCPU(20);
      return ++guarded;
    } finally {
      lock.unlock();
    }
  }

  @Benchmark
  @Group("queue")
  @GroupThreads(4)
  public void put() throws InterruptedException {
    // With a limit: at the end of an iteration nobody may be left to take.
    queue.offer(1, 10, TimeUnit.MILLISECONDS);
  }

  @Benchmark
  @Group("queue")
  @GroupThreads(4)
  public Integer take() throws InterruptedException {
    return queue.poll(10, TimeUnit.MILLISECONDS);
  }
}
