package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Waits that have ended, counted per lock.
 *
 * <pre>
 *   row   key                              class     count  nanos  b0 ... b13
 *   311   abandoned | class hash | hash    Sync      412    9.1e9  duration buckets
 * </pre>
 *
 * <p>A row keeps no reference to its lock, only identity hashes, so that counting never keeps a
 * lock alive; the reference to the class is taken out by the reader at its next visit. Two locks of
 * one class with equal hashes (one pair in two billion) would share a row.
 *
 * <p><b>Threading:</b> any thread adds; one reader visits. <b>When full:</b> sixteen probes, then
 * the wait is counted in {@link #dropped} only. The reader starts a {@linkplain #renew new table}
 * before it fills.
 */
public final class LockCounters {
  /** A thread that waited less than this after a condition did not wait. */
  static final long NO_WAIT_NANOS = 10_000;

  /** Upper bounds of the duration buckets, in nanoseconds; one more bucket is above the last. */
  private static final long[] BOUNDS = {
    10_000L,
    50_000L,
    100_000L,
    500_000L,
    1_000_000L,
    5_000_000L,
    10_000_000L,
    50_000_000L,
    100_000_000L,
    500_000_000L,
    1_000_000_000L,
    5_000_000_000L,
    10_000_000_000L
  };

  /** Rows of one table. */
  public static final int CAPACITY = 1 << 12;

  /** Number of duration buckets. */
  public static final int BUCKETS = BOUNDS.length + 1;

  /** Set in the key of waits that ended without the lock: timed out, interrupted. */
  public static final long ABANDONED = 1L << 62;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 16;
  private static final int COUNT = 0;
  private static final int NANOS = 1;
  private static final int FIRST_BUCKET = 2;
  private static final int STRIDE = FIRST_BUCKET + BUCKETS;

  private static final AtomicLong DROPPED = new AtomicLong();
  private static volatile LockCounters current = new LockCounters();

  private final AtomicLongArray keys = new AtomicLongArray(CAPACITY);
  private final AtomicReferenceArray<@Nullable Class<?>> classes =
      new AtomicReferenceArray<>(CAPACITY);
  private final AtomicLongArray cells = new AtomicLongArray(CAPACITY * STRIDE);

  private LockCounters() {}

  /** The table that waits are now counted in. */
  public static LockCounters current() {
    return current;
  }

  /** Starts an empty table and answers the old one, which a late writer may still touch. */
  public static LockCounters renew() {
    LockCounters old = current;
    current = new LockCounters();
    return old;
  }

  /** Waits that found no free row. */
  public static long dropped() {
    return DROPPED.get();
  }

  /** Upper bounds of the buckets in nanoseconds, ascending. */
  public static long[] bounds() {
    return BOUNDS.clone();
  }

  static void add(Object lock, long waited, boolean acquired) {
    current.count(lock.getClass(), keyOf(lock, acquired), waited);
  }

  /** Counts a wait in a table that nobody reads, see {@link WaitTable#warmUp}. */
  static void warmUp() {
    Object lock = new Object();
    new LockCounters().count(lock.getClass(), keyOf(lock, true), NO_WAIT_NANOS);
  }

  /** The key under which waits for that lock are counted. */
  public static long keyOf(Object lock, boolean acquired) {
    long key =
        ((long) System.identityHashCode(lock.getClass()) << 31) | System.identityHashCode(lock);
    return (acquired ? 0 : ABANDONED) | (key == 0 ? 1 : key);
  }

  private void count(Class<?> type, long key, long waited) {
    int home = (int) (key ^ (key >>> 33));
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      long found = keys.get(row);
      if (found == 0 && keys.compareAndSet(row, 0, key)) {
        classes.setRelease(row, type);
        found = key;
      } else if (found == 0) {
        found = keys.get(row);
      }
      if (found == key) {
        int cell = row * STRIDE;
        cells.getAndAdd(cell + COUNT, 1);
        cells.getAndAdd(cell + NANOS, waited);
        cells.getAndAdd(cell + FIRST_BUCKET + bucket(waited), 1);
        return;
      }
    }
    DROPPED.getAndIncrement();
  }

  private static int bucket(long waited) {
    int bucket = 0;
    while (bucket < BOUNDS.length && waited > BOUNDS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** The key of a row, or 0 for a free one. */
  public long key(int row) {
    return keys.get(row);
  }

  /** Takes the class out of a row; null when it was taken before. */
  public @Nullable Class<?> takeClass(int row) {
    Class<?> type = classes.getAcquire(row);
    if (type != null) {
      classes.setRelease(row, null);
    }
    return type;
  }

  /** Waits counted in a row. */
  public long count(int row) {
    return cells.get(row * STRIDE + COUNT);
  }

  /** Nanoseconds waited in a row. */
  public long nanos(int row) {
    return cells.get(row * STRIDE + NANOS);
  }

  /** Waits of a row in one duration bucket. */
  public long bucket(int row, int bucket) {
    return cells.get(row * STRIDE + FIRST_BUCKET + bucket);
  }
}
