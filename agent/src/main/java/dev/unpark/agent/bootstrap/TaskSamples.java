package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks stand in the queue of an executor, and how long they run: of a sample, told apart
 * by identity. No task is wrapped.
 *
 * <pre>
 *   execute(task)       every nth task is noted with the time           ring   task  since  weight
 *   getTask() returns   the same object comes out: it waited so long            t7    nanos  n
 *   getTask() begins    the worker is back: what it took ran so long
 * </pre>
 *
 * <p>One executor at a time is sampled, the <i>sitter</i>; whoever is not pays one comparison. The
 * sampler's thread chooses, see {@code sample.TaskWatch}. A queue gives tasks out in the order in
 * which they came, or nearly so, since its workers race to this place: so a task that comes out is
 * compared with the oldest few of the ring only.
 *
 * <p>An object that stands in the queue twice cannot be told from itself. It is found out when it
 * comes out again right after it was matched; then {@link #shared} says so, and nothing is
 * measured.
 *
 * <p><b>Threading:</b> lock-free; any thread, and one that {@link #seat}s. <b>When full:</b> the
 * fuller the ring, the fewer tasks are noted, each with the weight of those that it stands for; in
 * a full ring none is, and {@link #dropped} counts.
 */
public final class TaskSamples {
  /** Tasks that can be waited for at a time. */
  public static final int CAPACITY = 1 << 10;

  /** Classes of durations: eight to each doubling. */
  public static final int CELLS = Long.SIZE << 3;

  private static final int MASK = CAPACITY - 1;
  private static final int QUARTER = CAPACITY / 4;
  private static final int STEP = CAPACITY / 16;
  private static final int RUNS = 64;
  private static final int RUN_PROBES = 4;
  private static final Object CLAIMED = new Object();

  private static volatile @Nullable Object sitter;
  private static volatile boolean noting;
  private static volatile int window;
  private static int period = 1;
  private static int countdown;
  private static int runCountdown;
  private static int random = 1;

  private static final AtomicReferenceArray<@Nullable Object> TASKS =
      new AtomicReferenceArray<>(CAPACITY);
  private static final long[] SINCE = new long[CAPACITY];
  private static final int[] WEIGHTS = new int[CAPACITY];
  private static volatile int head;
  private static volatile int tail;

  private static final AtomicReferenceArray<@Nullable Thread> RUNNERS =
      new AtomicReferenceArray<>(RUNS);
  private static final long[] RUN_SINCE = new long[RUNS];
  private static final int[] RUN_WEIGHTS = new int[RUNS];

  private static volatile @Nullable Object matched;
  private static volatile boolean shared;

  /** The last match, not counted yet: its weight above its cell; 0 is none. */
  private static final AtomicLong PENDING = new AtomicLong();

  private static final AtomicLongArray WAIT_CELLS = new AtomicLongArray(CELLS);
  private static final AtomicLongArray RUN_CELLS = new AtomicLongArray(CELLS);
  private static final AtomicLong DROPPED = new AtomicLong();

  private TaskSamples() {}

  /** A task is given to an executor. */
  public static void queued(Object executor, Object task) {
    if (executor == sitter && --countdown < 0) {
      try {
        note(task);
      } catch (Throwable overflow) {
        // Not noted. Nothing may come out of here: the task would be lost, and its worker too.
      }
    }
  }

  private static void note(Object task) {
    int at = tail;
    int used = at - head;
    int weight = period << Math.min(16, Math.max(0, (used - QUARTER) / STEP));
    countdown = weight == 1 ? 0 : jitter(weight);
    if (!noting || task == null) {
      return;
    }
    int slot = at & MASK;
    if (used >= CAPACITY || !TASKS.compareAndSet(slot, null, CLAIMED)) {
      DROPPED.getAndIncrement();
      return;
    }
    SINCE[slot] = System.nanoTime();
    WEIGHTS[slot] = weight;
    TASKS.setRelease(slot, task);
    tail = at + 1;
  }

  /** About {@code mean} on average, never in step with what the application does. */
  private static int jitter(int mean) {
    int next = random;
    next ^= next << 13;
    next ^= next >>> 17;
    next ^= next << 5;
    random = next;
    return (int) (((next & 0xffff_ffffL) * (2L * mean - 1)) >>> 32);
  }

  /** A worker has been started for that task, which therefore never is in the queue. */
  public static void handed(Object executor, Object task) {
    if (executor == sitter && task != null) {
      try {
        forgetLast(task);
      } catch (Throwable overflow) {
        // The sampler's thread will find it.
      }
    }
  }

  private static void forgetLast(Object task) {
    for (int at = tail - 1, steps = 0; steps < 8 && at - head >= 0; at--, steps++) {
      if (TASKS.compareAndSet(at & MASK, task, null)) {
        advance();
        return;
      }
    }
  }

  /** A worker has taken a task, or null when it is to end. */
  public static void taken(Object executor, Object task) {
    if (executor == sitter && task != null) {
      try {
        lookFor(task);
      } catch (Throwable overflow) {
        // Not counted.
      }
    }
  }

  private static void lookFor(Object task) {
    if (task == matched) {
      PENDING.set(0);
      shared = true;
    }
    int first = head;
    int most = window;
    int last = Math.min(tail - first, most);
    for (int i = 0; i < last; i++) {
      int slot = (first + i) & MASK;
      if (TASKS.get(slot) == task) {
        match(slot, task);
        // Who should have come out long before this has been taken out by another way.
        for (int old = 0; i > most / 2 && old < most / 4; old++) {
          forgetOld((first + old) & MASK);
        }
        break;
      }
    }
    if (--runCountdown < 0) {
      begin();
    }
  }

  private static void forgetOld(int slot) {
    Object old = TASKS.get(slot);
    if (old != null && old != CLAIMED) {
      forget(slot, old);
    }
  }

  private static void match(int slot, Object task) {
    long waited = System.nanoTime() - SINCE[slot];
    int weight = WEIGHTS[slot];
    if (!TASKS.compareAndSet(slot, task, null)) {
      return;
    }
    advance();
    if (!shared) {
      settle(PENDING.getAndSet(((long) weight << Integer.SIZE) | cell(waited)));
      // Where every task is noted, the oldest of those that look alike is the one that comes out.
      matched = weight == 1 ? null : task;
    }
  }

  /** What was matched before this was no object that stands in the queue twice. */
  private static void settle(long pending) {
    if (pending != 0) {
      WAIT_CELLS.getAndAdd((int) pending, pending >>> Integer.SIZE);
    }
  }

  private static void advance() {
    int at = head;
    int end = tail;
    while (end - at > 0 && TASKS.get(at & MASK) == null) {
      at++;
    }
    if (at - head > 0) {
      head = at;
    }
  }

  private static void begin() {
    int weight = period;
    runCountdown = weight == 1 ? 0 : jitter(weight);
    if (!noting) {
      return;
    }
    Thread current = Thread.currentThread();
    int home = System.identityHashCode(current);
    for (int probe = 0; probe < RUN_PROBES; probe++) {
      int row = (home + probe) & (RUNS - 1);
      Thread there = RUNNERS.get(row);
      if (there == null || there == current) {
        if (there == current || RUNNERS.compareAndSet(row, null, current)) {
          RUN_WEIGHTS[row] = weight;
          RUN_SINCE[row] = System.nanoTime();
          return;
        }
      }
    }
    DROPPED.getAndIncrement();
  }

  /** A worker asks for its next task. */
  public static void asked(Object executor) {
    if (executor == sitter) {
      try {
        end();
      } catch (Throwable overflow) {
        // Not counted.
      }
    }
  }

  private static void end() {
    Thread current = Thread.currentThread();
    int home = System.identityHashCode(current);
    for (int probe = 0; probe < RUN_PROBES; probe++) {
      int row = (home + probe) & (RUNS - 1);
      if (RUNNERS.get(row) == current) {
        RUN_CELLS.getAndAdd(cell(System.nanoTime() - RUN_SINCE[row]), RUN_WEIGHTS[row]);
        RUNNERS.set(row, null);
        return;
      }
    }
  }

  /** Everything that a hook can reach has run once, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    Object probe = new Object();
    seat(probe, 1, true);
    queued(probe, probe);
    taken(probe, probe);
    asked(probe);
    handed(probe, probe);
    unseat();
    for (int cell = 0; cell < CELLS; cell++) {
      takeWaits(cell);
      takeRuns(cell);
    }
  }

  /**
   * Samples that executor from now on, and no other. Nothing of an earlier one is left.
   *
   * @param every how many tasks one noted task stands for, at least
   * @param inOrder whether its queue gives tasks out in the order in which they came
   */
  public static void seat(Object executor, int every, boolean inOrder) {
    unseat();
    pace(every, inOrder);
    noting = true;
    sitter = executor;
  }

  /** Changes how many tasks one noted task stands for. */
  public static void pace(int every, boolean inOrder) {
    period = every;
    // What is looked through costs each task of the sitter: the more there are, the less.
    window = every <= 64 || !inOrder ? 64 : every <= 256 ? 8 : 4;
  }

  /** Notes no more tasks, but waits for those that are noted. */
  public static void rest() {
    noting = false;
  }

  /** Samples nobody; what was not finished is forgotten. */
  public static void unseat() {
    sitter = null;
    noting = false;
    settle();
    shared = false;
    for (int slot = 0; slot < CAPACITY; slot++) {
      TASKS.set(slot, null);
    }
    for (int row = 0; row < RUNS; row++) {
      RUNNERS.set(row, null);
    }
    head = tail;
    countdown = 0;
    runCountdown = 0;
  }

  /** Counts the last match too, and keeps its task no longer. */
  public static void settle() {
    settle(PENDING.getAndSet(0));
    matched = null;
  }

  /** Whether an object was found to stand in the queue more than once. */
  public static boolean shared() {
    return shared;
  }

  /** Tasks and runs that are waited for; lets go of threads that have ended. */
  public static int outstanding() {
    int count = 0;
    for (int slot = 0; slot < CAPACITY; slot++) {
      count += TASKS.get(slot) == null ? 0 : 1;
    }
    for (int row = 0; row < RUNS; row++) {
      Thread runner = RUNNERS.get(row);
      if (runner != null && !runner.isAlive()) {
        RUNNERS.compareAndSet(row, runner, null);
      } else if (runner != null) {
        count++;
      }
    }
    return count;
  }

  /** The noted task of a slot, or null. */
  public static @Nullable Object task(int slot) {
    Object task = TASKS.get(slot);
    return task == CLAIMED ? null : task;
  }

  /** When the task of that slot was noted, by {@code System.nanoTime}. */
  public static long since(int slot) {
    return SINCE[slot];
  }

  /** Waits no more for that task: it was taken out of the queue by somebody else. */
  public static void forget(int slot, Object task) {
    if (TASKS.compareAndSet(slot, task, null)) {
      advance();
      DROPPED.getAndIncrement();
    }
  }

  /** Weight of the waits of that class since the last call. */
  public static long takeWaits(int cell) {
    return WAIT_CELLS.getAndSet(cell, 0);
  }

  /** Weight of the runs of that class since the last call. */
  public static long takeRuns(int cell) {
    return RUN_CELLS.getAndSet(cell, 0);
  }

  /** Tasks that should have been noted and were not. */
  public static long dropped() {
    return DROPPED.get();
  }

  /** The class of a duration in nanoseconds. */
  public static int cell(long nanos) {
    long value = Math.max(8, nanos);
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    return (exponent << 3) + (int) ((value >>> (exponent - 3)) & 7);
  }

  /** The shortest duration of a class, in nanoseconds; classes below 24 have none. */
  public static long floor(int cell) {
    int exponent = cell >>> 3;
    return (8L + (cell & 7)) << Math.max(0, exponent - 3);
  }
}
