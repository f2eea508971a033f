package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tasks and threads that an exception has just ended: what they had at hand they will not use any
 * more.
 *
 * <p>Kept until the sampler's next look, which takes them out.
 *
 * <p><b>Threading:</b> lock-free; any thread fails, one takes. <b>When full:</b> a failure is
 * counted in {@link #dropped} only.
 */
public final class FailureTable {
  /** Failures between two looks that are kept. */
  public static final int CAPACITY = 64;

  /** Place of what was run in what {@link #take} answers. */
  public static final int WORK = 0;

  /** Place of the thread that ran it. */
  public static final int THREAD = 1;

  /** Place of the name of the class of what was thrown. */
  public static final int EXCEPTION = 2;

  private static final AtomicReferenceArray<Object @Nullable []> ROWS =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final AtomicLong DROPPED = new AtomicLong();
  private static volatile @Nullable Function<Object, @Nullable Object> work;

  private FailureTable() {}

  /**
   * Records from now on; or no more, and forgets everything.
   *
   * @param finder finds the runnable or callable of a {@code FutureTask} or {@code Thread}, which
   *     the bootstrap part cannot see; called on the thread that fails; null turns recording off
   */
  public static void record(@Nullable Function<Object, @Nullable Object> finder) {
    work = finder;
    for (int row = 0; finder == null && row < CAPACITY; row++) {
      ROWS.set(row, null);
    }
  }

  /**
   * An exception ends a task or thread.
   *
   * @param failed a {@code FutureTask} or {@code Thread}
   */
  public static void failed(Object failed, @Nullable Throwable thrown) {
    Function<Object, @Nullable Object> finder = work;
    Thread current = Thread.currentThread();
    if (finder == null || thrown == null || OwnThreads.contains(current)) {
      return;
    }
    int row = NEXT.get() & (CAPACITY - 1);
    Object runs = ROWS.get(row) == null ? finder.apply(failed) : null;
    if (runs != null
        && ROWS.compareAndSet(
            row, null, new Object[] {runs, current, thrown.getClass().getName()})) {
      NEXT.getAndIncrement();
    } else {
      DROPPED.getAndIncrement();
    }
  }

  /** Takes the failure of that row out; null when there is none. */
  public static Object @Nullable [] take(int row) {
    return ROWS.get(row) == null ? null : ROWS.getAndSet(row, null);
  }

  /** Failures that found no room. */
  public static long dropped() {
    return DROPPED.get();
  }

  /** Everything that a hook can reach has run once, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    OwnThreads.contains(Thread.currentThread());
    failed(ROWS, null);
    take(0);
  }
}
