package dev.unpark.benchmarks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Paths on which nobody waits: here nothing is woven in, and nothing may be paid, but for the books
 * of who holds permits and stamps.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UncontendedBenchmark {
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantReadWriteLock readWriteLock = new ReentrantReadWriteLock();
  private final ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(16);
  private final Semaphore permits = new Semaphore(4);
  private final StampedLock stampedLock = new StampedLock();
  private int guarded;

  /** The bar of the project: a lock that is free. */
  @Benchmark
  public int reentrantLock() {
    lock.lock();
    try {
      return ++guarded;
    } finally {
      lock.unlock();
    }
  }

  @Benchmark
  public boolean tryAcquire() {
    boolean got = permits.tryAcquire();
    permits.release();
    return got;
  }

  @Benchmark
  public int writeStamp() {
    long stamp = stampedLock.writeLock();
    try {
      return ++guarded;
    } finally {
      stampedLock.unlockWrite(stamp);
    }
  }

  @Benchmark
  public int readLock() {
    readWriteLock.readLock().lock();
    try {
      return guarded;
    } finally {
      readWriteLock.readLock().unlock();
    }
  }

  /** Neither blocks: there is room, and there is an element. */
  @Benchmark
  public Integer offerAndPoll() {
    queue.offer(guarded);
    return queue.poll();
  }
}
