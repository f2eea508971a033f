package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which synchronizer right now.
 *
 * <pre>
 *   slot      waiter     synchronizer   start    sequence
 *   17        Thread t   NonfairSync s  nanos    odd while the row is valid, even while it is not
 * </pre>
 *
 * <p><b>Threading:</b> a waiting thread claims a row by compare-and-set on the waiter, fills it,
 * makes the sequence odd; it alone clears it. Any thread may read a row: valid if the sequence was
 * odd before and is the same after. <b>When full:</b> eight probes, then the wait goes unrecorded
 * and is counted in {@link #dropped}.
 *
 * <p>A row's sequence only grows, so row and sequence together name one wait for ever: the evidence
 * that a thread has, or has not, gone on between two looks.
 */
public final class WaitTable {
  /** Rows; more threads than this at once in contended locks go unrecorded. */
  public static final int CAPACITY = 1 << 13;

  /** What {@link #enter} answers when it recorded nothing; also what a failed advice leaves. */
  public static final int NOT_RECORDED = 0;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 8;

  private static final AtomicReferenceArray<@Nullable Thread> WAITERS =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicReferenceArray<@Nullable Object> SYNCHRONIZERS =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicLongArray STARTS = new AtomicLongArray(CAPACITY);
  private static final AtomicLongArray SEQUENCES = new AtomicLongArray(CAPACITY);
  private static final AtomicLong DROPPED = new AtomicLong();
  private static volatile boolean recording;

  private WaitTable() {}

  /** Turns recording on or off; rows already claimed are still cleared by their threads. */
  public static void record(boolean on) {
    recording = on;
  }

  /**
   * The current thread is about to wait.
   *
   * @param again whether the thread comes back from a condition; it then often gets the lock
   *     without waiting at all, which is no contention
   * @return the token for {@link #exit}, or {@link #NOT_RECORDED}
   */
  public static int enter(Object synchronizer, boolean again) {
    if (!recording) {
      return NOT_RECORDED;
    }
    Thread current = Thread.currentThread();
    return OwnThreads.contains(current) ? NOT_RECORDED : claim(current, synchronizer, again);
  }

  /**
   * Records a wait that is none, by the current thread, whoever it is. Every call that a hook makes
   * is linked by that; linking for the first time runs Java code and may load classes, which must
   * not happen where an application's thread is about to wait.
   */
  public static void warmUp() {
    exit(claim(Thread.currentThread(), new Object(), true), false, false);
    LockCounters.warmUp();
  }

  private static int claim(Thread current, Object synchronizer, boolean again) {
    int home = home(current);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      if (WAITERS.getPlain(row) == null && WAITERS.compareAndSet(row, null, current)) {
        SYNCHRONIZERS.setPlain(row, synchronizer);
        STARTS.setPlain(row, System.nanoTime());
        SEQUENCES.setRelease(row, SEQUENCES.getPlain(row) + 1);
        return again ? -(row + 1) : row + 1;
      }
    }
    DROPPED.getAndIncrement();
    return NOT_RECORDED;
  }

  /**
   * The wait is over.
   *
   * @param token what {@link #enter} answered
   * @param acquired whether the thread got what it waited for; false after a time-out, an interrupt
   *     or an error
   * @param shared whether others may have it at the same time
   */
  public static void exit(int token, boolean acquired, boolean shared) {
    if (token == NOT_RECORDED) {
      return;
    }
    boolean again = token < 0;
    int row = (again ? -token : token) - 1;
    long start = STARTS.getPlain(row);
    long now = System.nanoTime();
    Object synchronizer = SYNCHRONIZERS.getPlain(row);
    SEQUENCES.setRelease(row, SEQUENCES.getPlain(row) + 1);
    SYNCHRONIZERS.setRelease(row, null);
    WAITERS.setRelease(row, null);
    if (synchronizer == null) {
      return;
    }
    if (again && now - start < LockCounters.NO_WAIT_NANOS) {
      LockCounters.retaken(synchronizer, now);
    } else {
      LockCounters.add(synchronizer, start, now, acquired, !shared);
    }
  }

  /** Number of waits that found no free row. */
  public static long dropped() {
    return DROPPED.get();
  }

  /** The waiter in a row, or null. */
  public static @Nullable Thread waiter(int row) {
    return WAITERS.get(row);
  }

  /** What the waiter of that row waits for, or null when the row has just been cleared. */
  public static @Nullable Object synchronizer(int row) {
    return SYNCHRONIZERS.get(row);
  }

  /** When the wait of that row began, by {@code System.nanoTime}. */
  public static long start(int row) {
    return STARTS.get(row);
  }

  /** The sequence of that row; odd while it holds a wait. */
  public static long sequence(int row) {
    return SEQUENCES.get(row);
  }

  /**
   * Frees the row of a thread that has ended without clearing it, as a stack overflow in the wrong
   * place may do, before the row was filled or after. Only the agent's sampler calls this, and only
   * for threads that have ended.
   */
  public static void forget(int row, Thread ended) {
    if (WAITERS.get(row) == ended) {
      long sequence = SEQUENCES.get(row);
      SEQUENCES.set(row, sequence + (sequence & 1));
      SYNCHRONIZERS.set(row, null);
      WAITERS.set(row, null);
    }
  }

  /*
   * Not Thread.getId(): applications may override that method on JDK 17. The identity hash is in the
   * object's header, and its low bits are already well spread.
   */
  private static int home(Thread thread) {
    int hash = System.identityHashCode(thread);
    return hash ^ (hash >>> 13);
  }
}
