package dev.unpark.apps.mode;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Counts what a program gets done, and prints it every second. */
final class Progress {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong done = new AtomicLong();
  private final String what;

  /**
   * @param what is counted, in the plural
   */
  Progress(String what) {
    this.what = what;
  }

  void count() {
    done.incrementAndGet();
  }

  long done() {
    return done.get();
  }

  /** Never returns. */
  void print() {
    while (true) {
      pause(SECOND);
      System.out.printf("%d %s%n", done.get(), what);
    }
  }

  /** Lets so much time pass, whatever wakes the thread meanwhile. */
  static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
