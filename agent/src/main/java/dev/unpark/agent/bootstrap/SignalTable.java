package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which threads have signalled a condition while somebody waited for it.
 *
 * <pre>
 *   row   key (identity hash)   up to four threads; those that have ended leave a mark
 *   17    0x2b03f1              producer-1, ended, -, -
 * </pre>
 *
 * <p>Where more than four have signalled, threads come and go, and who was there before tells
 * nothing of who may come: the row says {@linkplain #isMany many}. So it does where one came and
 * had ended before the reader's next visit, as a thread does that is made for one signal.
 *
 * <p>A row keeps no reference to its condition. Threads are let go by the sampler as soon as they
 * have ended.
 *
 * <p><b>Threading:</b> lock-free; any thread signals, one reader visits. <b>When full:</b> after
 * {@value #PROBES} probes the signal is counted in {@link #dropped} only; the reader clears the
 * table before it fills.
 */
public final class SignalTable {
  /** Rows. */
  public static final int CAPACITY = 1 << 11;

  /** Threads kept of one condition. */
  public static final int THREADS = 4;

  /** Stands where a thread stood that has ended. */
  public static final Object ENDED = new Object();

  private static final Object MANY = new Object();
  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 8;

  private static final AtomicLongArray KEYS = new AtomicLongArray(CAPACITY);
  private static final AtomicReferenceArray<@Nullable Object> SIGNALLERS =
      new AtomicReferenceArray<>(CAPACITY * THREADS);

  /** Which of them the reader has met alive; the reader's own. */
  private static final boolean[] MET = new boolean[CAPACITY * THREADS];

  private static final AtomicLong DROPPED = new AtomicLong();
  private static volatile boolean recording;

  private SignalTable() {}

  /** Turns recording on or off. */
  public static void record(boolean on) {
    recording = on;
  }

  /** The current thread signals a condition that somebody waits for. */
  public static void signalled(Object condition) {
    if (!recording) {
      return;
    }
    Thread current = Thread.currentThread();
    if (!OwnThreads.contains(current)) {
      note(condition, current);
    }
  }

  /** Notes a signal that is none, see {@link WaitTable#warmUp}, and clears it. */
  public static void warmUp() {
    note(new Object(), Thread.currentThread());
    clear();
  }

  private static void note(Object condition, Thread current) {
    long key = System.identityHashCode(condition);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = ((int) (key ^ (key >>> 13)) + probe) & MASK;
      long found = KEYS.get(row);
      if (found == 0 && KEYS.compareAndSet(row, 0, key)) {
        found = key;
      } else if (found == 0) {
        found = KEYS.get(row);
      }
      if (found == key) {
        noteIn(row * THREADS, current);
        return;
      }
    }
    DROPPED.getAndIncrement();
  }

  private static void noteIn(int first, Thread current) {
    if (SIGNALLERS.get(first) == MANY) {
      return;
    }
    for (int i = first; i < first + THREADS; i++) {
      Object there = SIGNALLERS.get(i);
      if (there == current || there == null && SIGNALLERS.compareAndSet(i, null, current)) {
        return;
      }
    }
    SIGNALLERS.set(first, MANY);
  }

  /** The row of that condition, or -1. */
  public static int find(Object condition) {
    long key = System.identityHashCode(condition);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = ((int) (key ^ (key >>> 13)) + probe) & MASK;
      if (KEYS.get(row) == key) {
        return row;
      }
    }
    return -1;
  }

  /** Whether more threads have signalled than the row keeps. */
  public static boolean isMany(int row) {
    return SIGNALLERS.get(row * THREADS) == MANY;
  }

  /** A thread that signalled, {@link #ENDED}, or null for an empty place. */
  public static @Nullable Object signaller(int row, int place) {
    return SIGNALLERS.get(row * THREADS + place);
  }

  /** Lets go of threads that have ended; answers how many rows are in use. */
  public static int sweep() {
    int used = 0;
    for (int row = 0; row < CAPACITY; row++) {
      if (KEYS.get(row) == 0) {
        continue;
      }
      used++;
      for (int i = row * THREADS; i < (row + 1) * THREADS; i++) {
        meet(i, row * THREADS);
      }
    }
    return used;
  }

  private static void meet(int place, int first) {
    boolean met = MET[place];
    MET[place] = false;
    if (SIGNALLERS.get(place) instanceof Thread thread) {
      if (thread.isAlive()) {
        MET[place] = true;
      } else if (met) {
        SIGNALLERS.compareAndSet(place, thread, ENDED);
      } else {
        SIGNALLERS.set(place, ENDED);
        SIGNALLERS.set(first, MANY);
      }
    }
  }

  /** Forgets everything. A signal that is noted meanwhile may be lost, or stand under no key. */
  public static void clear() {
    for (int row = 0; row < CAPACITY; row++) {
      KEYS.set(row, 0);
      for (int i = row * THREADS; i < (row + 1) * THREADS; i++) {
        SIGNALLERS.set(i, null);
      }
    }
  }

  /** Signals that found no free row. */
  public static long dropped() {
    return DROPPED.get();
  }
}
