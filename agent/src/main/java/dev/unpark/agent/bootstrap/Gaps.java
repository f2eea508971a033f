package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How soon events of different threads follow one another, by powers of two.
 *
 * <p><b>Threading:</b> lock-free; any thread. Nothing is allocated after the constructor. Two
 * threads that come at the very same moment may be taken for one: a gap is then not counted.
 */
public final class Gaps {
  /** Classes of gaps: class 0 is below {@link #below}(0) nanoseconds, each next one twice that. */
  public static final int CLASSES = 32;

  private static final int FIRST_BITS = 14;

  private final AtomicLongArray counts = new AtomicLongArray(CLASSES);
  private final AtomicLong last = new AtomicLong();
  private volatile int lastThread;

  /** It has happened once more, in the current thread. */
  void happened() {
    long now = System.nanoTime();
    int thread = System.identityHashCode(Thread.currentThread());
    long before = last.getAndSet(now);
    int lately = lastThread;
    lastThread = thread;
    if (lately != 0 && lately != thread) {
      counts.getAndIncrement(classOf(now - before));
    }
  }

  private static int classOf(long nanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, nanos) >> FIRST_BITS);
    return Math.min(bits, CLASSES - 1);
  }

  /** What gaps of that class are shorter than, in nanoseconds. */
  public static long below(int gapClass) {
    return 1L << (FIRST_BITS + gapClass);
  }

  /** Gaps of that class so far. */
  public long count(int gapClass) {
    return counts.get(gapClass);
  }
}
