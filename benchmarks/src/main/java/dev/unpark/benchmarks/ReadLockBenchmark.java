package dev.unpark.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A read lock that is free, in a program that has listed a directory.
 *
 * <p>Listing one makes the JDK make a fair read-write lock. As long as a JVM has none, its compiler
 * takes every such lock for an unfair one and leaves out a check. Whoever makes the first one, be
 * it the program or Flight Recorder that the agent has started, ends that for good; so a program
 * that has none is another thing to measure, see {@link UncontendedBenchmark#readLock}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadLockBenchmark {
  /** So often as the start of Flight Recorder does, and more. */
  private static final int LISTINGS = 10;

  private final ReentrantReadWriteLock readWriteLock = new ReentrantReadWriteLock();
  private int guarded;

  /** Lists the directory of the JDK. */
  @Setup
  public void listDirectory() throws IOException {
    for (int i = 0; i < LISTINGS; i++) {
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.home")))) {
        guarded = (int) files.count();
      }
    }
  }

  @Benchmark
  public int afterAListing() {
    readWriteLock.readLock().lock();
    try {
      return guarded;
    } finally {
      readWriteLock.readLock().unlock();
    }
  }
}
