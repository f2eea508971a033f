package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Waits that have ended, counted per lock.
 *
 * <pre>
 *   row   key                              class     count  nanos  b0 ... b13          last   nanos, h0 ... h13
 *   311   abandoned | class hash | hash    Sync      412    9.1e9  duration buckets    taken  the same of holds
 * </pre>
 *
 * <p>How long a lock is held is seen where waiters hand it to each other: from the moment at which
 * one of them got it until the next did, if that one had been waiting already. So the time until
 * the next has woken up counts too, and so do threads that slip in between. Who takes a lock that
 * nobody waits for is not seen, and pays nothing.
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
  private static final int LAST_TAKEN = FIRST_BUCKET + BUCKETS;
  private static final int HELD_NANOS = LAST_TAKEN + 1;
  private static final int FIRST_HELD = HELD_NANOS + 1;
  private static final int STRIDE = FIRST_HELD + BUCKETS;

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

  /**
   * A wait has ended.
   *
   * @param start when it began, and {@code now}, by {@code System.nanoTime}
   * @param exclusive whether a thread that has the lock has it alone
   */
  static void add(Object lock, long start, long now, boolean acquired, boolean exclusive) {
    LockCounters table = current;
    int row = table.count(lock.getClass(), keyOf(lock, acquired), now - start);
    if (row >= 0 && acquired) {
      table.taken(row, start, now, exclusive);
    }
  }

  /** A thread got the lock after a condition, and did not have to wait for it. */
  static void retaken(Object lock, long now) {
    LockCounters table = current;
    long key = keyOf(lock, true);
    int home = home(key);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      if (table.keys.get(row) == key) {
        table.taken(row, now, now, true);
        return;
      }
    }
  }

  private void taken(int row, long start, long now, boolean exclusive) {
    int cell = row * STRIDE;
    long before = cells.getAndSet(cell + LAST_TAKEN, exclusive ? now | 1 : 0);
    if (exclusive && before != 0 && before - start > 0 && now - before > 0) {
      cells.getAndAdd(cell + HELD_NANOS, now - before);
      cells.getAndAdd(cell + FIRST_HELD + bucket(now - before), 1);
    }
  }

  /** Counts a wait in a table that nobody reads, see {@link WaitTable#warmUp}. */
  static void warmUp() {
    Object lock = new Object();
    LockCounters table = new LockCounters();
    int row = table.count(lock.getClass(), keyOf(lock, true), NO_WAIT_NANOS);
    table.taken(row, 1, 2, true);
    table.taken(row, 1, 4, true);
    retaken(lock, 1);
  }

  /** The key under which waits for that lock are counted. */
  public static long keyOf(Object lock, boolean acquired) {
    long key =
        ((long) System.identityHashCode(lock.getClass()) << 31) | System.identityHashCode(lock);
    return (acquired ? 0 : ABANDONED) | (key == 0 ? 1 : key);
  }

  private static int home(long key) {
    return (int) (key ^ (key >>> 33));
  }

  /** Counts, and answers the row; -1 when there is none. */
  private int count(Class<?> type, long key, long waited) {
    int home = home(key);
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
        return row;
      }
    }
    DROPPED.getAndIncrement();
    return -1;
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

  /** Nanoseconds for which the lock of a row was held while others waited. */
  public long heldNanos(int row) {
    return cells.get(row * STRIDE + HELD_NANOS);
  }

  /** Such holds of a row in one duration bucket. */
  public long held(int row, int bucket) {
    return cells.get(row * STRIDE + FIRST_HELD + bucket);
  }
}
