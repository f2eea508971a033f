package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What threads are in the middle of: at most one row a thread, from the moment it enters until it
 * leaves.
 *
 * <pre>
 *   row   thread     subject   start   sequence              three words of the user's
 *   17    Thread t   pool p    nanos   odd while it is valid
 * </pre>
 *
 * <p><b>Threading:</b> a thread claims its row by compare-and-set and alone fills and clears it.
 * Any thread may read: valid if the sequence was odd before and is the same after. <b>When
 * full:</b> eight probes, then nothing is recorded and {@link #dropped} counts.
 */
public final class ThreadRows {
  /** Token of a thread that has entered without a row: it is inside already, or none was free. */
  public static final int NOT_RECORDED = 0;

  private static final int PROBES = 8;
  private static final int START = 0;
  private static final int SEQUENCE = 1;
  private static final int FIRST_WORD = 2;
  private static final int STRIDE = FIRST_WORD + 3;

  private final int mask;
  private final AtomicReferenceArray<@Nullable Thread> threads;
  private final AtomicReferenceArray<@Nullable Object> subjects;
  private final AtomicLongArray cells;
  private final AtomicLong dropped = new AtomicLong();

  /**
   * @param capacity a power of two
   */
  ThreadRows(int capacity) {
    mask = capacity - 1;
    threads = new AtomicReferenceArray<>(capacity);
    subjects = new AtomicReferenceArray<>(capacity);
    cells = new AtomicLongArray(capacity * STRIDE);
  }

  /** Whether the current thread has a row. */
  boolean isInside() {
    Thread current = Thread.currentThread();
    int home = home(current);
    for (int probe = 0; probe < PROBES; probe++) {
      if (threads.getPlain((home + probe) & mask) == current) {
        return true;
      }
    }
    return false;
  }

  /** Gives the current thread, which must not have one, a row; the words are to be set next. */
  int enter(@Nullable Object subject, long first, long second, long third) {
    Thread current = Thread.currentThread();
    return OwnThreads.contains(current)
        ? NOT_RECORDED
        : claim(current, subject, first, second, third);
  }

  /** Enters and leaves once, see {@link WaitTable#warmUp}. */
  void warmUp() {
    if (!isInside()) {
      leave(claim(Thread.currentThread(), null, 0, 0, 0));
    }
  }

  private int claim(Thread current, @Nullable Object subject, long first, long second, long third) {
    int home = home(current);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & mask;
      if (threads.getPlain(row) == null && threads.compareAndSet(row, null, current)) {
        int cell = row * STRIDE;
        subjects.setPlain(row, subject);
        cells.setPlain(cell + START, System.nanoTime());
        cells.setPlain(cell + FIRST_WORD, first);
        cells.setPlain(cell + FIRST_WORD + 1, second);
        cells.setPlain(cell + FIRST_WORD + 2, third);
        cells.setRelease(cell + SEQUENCE, cells.getPlain(cell + SEQUENCE) + 1);
        return row + 1;
      }
    }
    dropped.getAndIncrement();
    return NOT_RECORDED;
  }

  /** Clears the row and answers how long the thread was inside, in nanoseconds. */
  long leave(int token) {
    if (token == NOT_RECORDED) {
      return 0;
    }
    int row = token - 1;
    int cell = row * STRIDE;
    long inside = System.nanoTime() - cells.getPlain(cell + START);
    cells.setRelease(cell + SEQUENCE, cells.getPlain(cell + SEQUENCE) + 1);
    subjects.setRelease(row, null);
    threads.setRelease(row, null);
    return inside;
  }

  /**
   * Frees the row of a thread that has ended inside, as after a stack overflow in the wrong place,
   * or the thread could never be collected. The sampler's thread alone calls this.
   *
   * @return whether it did
   */
  boolean forgetEnded(int row) {
    Thread thread = threads.get(row);
    if (thread == null || thread.isAlive()) {
      return false;
    }
    int cell = row * STRIDE + SEQUENCE;
    long sequence = cells.get(cell);
    cells.set(cell, sequence + (sequence & 1));
    subjects.set(row, null);
    threads.set(row, null);
    return true;
  }

  /** Rows that there are. */
  public int capacity() {
    return mask + 1;
  }

  /** The thread of a row, or null. */
  public @Nullable Thread thread(int row) {
    return threads.get(row);
  }

  /** The subject of a row, or null. */
  public @Nullable Object subject(int row) {
    return subjects.get(row);
  }

  /** When the thread of that row entered, by {@code System.nanoTime}. */
  public long start(int row) {
    return cells.get(row * STRIDE + START);
  }

  /** Only grows; odd while the row is valid. */
  public long sequence(int row) {
    return cells.get(row * STRIDE + SEQUENCE);
  }

  /** One of the three words of a row. */
  public long word(int row, int word) {
    return cells.get(row * STRIDE + FIRST_WORD + word);
  }

  /** Threads that found no free row. */
  public long dropped() {
    return dropped.get();
  }

  private static int home(Thread thread) {
    int hash = System.identityHashCode(thread);
    return hash ^ (hash >>> 13);
  }
}
