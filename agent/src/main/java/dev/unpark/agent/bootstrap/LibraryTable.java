package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The pools, limiters, breakers and consumers that were made, or used, while the agent ran.
 *
 * <p>Open addressing by identity hash. A row whose instance has been collected is free again.
 *
 * <p><b>Threading:</b> lock-free; any thread. A handle is allocated when its instance is first
 * seen. <b>When full:</b> after {@value #PROBES} probes the instance is not registered and {@link
 * #dropped} counts.
 */
public final class LibraryTable {
  /** Rows. */
  public static final int CAPACITY = 1 << 10;

  /** Which of a handle's counts: calls refused or made to wait; calls tried once more. */
  public static final int HITS = 0;

  /** Which of a handle's counts: time-outs of a pool; calls given up after some tries. */
  public static final int FAILURES = 1;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 32;

  private static final AtomicReferenceArray<@Nullable LibraryHandle> HANDLES =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicLong DROPPED = new AtomicLong();

  /** Stacks taken in all: an application that makes a limiter per request must not pay for each. */
  private static final int MOST_TRACES = 2_000;

  private static final AtomicInteger TRACES = new AtomicInteger();

  private LibraryTable() {}

  /** Registers an instance that is none, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    hasRoom(DROPPED);
    TRACES.get();
    LibraryHandle handle =
        register(
            new LibraryHandle(LibraryHandle.HIKARI, DROPPED, new Throwable().getStackTrace()),
            DROPPED);
    if (handle != null) {
      handle.count(HITS);
      handle.waited(0);
      handle.taken();
      handle.givenBack(0, true);
      handle.clear();
    }
    new LibraryHandle(LibraryHandle.RETRY, DROPPED, null).count(HITS);
  }

  /** Forgets all. */
  public static void clear() {
    for (int row = 0; row < CAPACITY; row++) {
      HANDLES.set(row, null);
    }
    TRACES.set(0);
  }

  /** An instance has been made. */
  public static void made(int kind, Object instance) {
    of(kind, instance, null);
  }

  /** An instance without a name has been made by the current thread: where, is its name. */
  public static void madeHere(int kind, Object instance) {
    if (find(instance) == null) {
      boolean traced = hasRoom(instance) && TRACES.get() < MOST_TRACES;
      if (traced) {
        TRACES.getAndIncrement();
      }
      of(kind, instance, traced ? new Throwable().getStackTrace() : null);
    }
  }

  /** Counts one of {@link #HITS} for an instance. */
  public static void hit(int kind, Object instance) {
    count(kind, instance, HITS);
  }

  /** Counts one of {@link #FAILURES} for an instance. */
  public static void failed(int kind, Object instance) {
    count(kind, instance, FAILURES);
  }

  private static void count(int kind, Object instance, int which) {
    LibraryHandle handle = of(kind, instance, null);
    if (handle != null) {
      handle.count(which);
    }
  }

  static @Nullable LibraryHandle of(
      int kind, Object instance, StackTraceElement @Nullable [] creation) {
    LibraryHandle known = find(instance);
    if (known != null) {
      return known;
    }
    if (hasRoom(instance)) {
      return register(new LibraryHandle(kind, instance, creation), instance);
    }
    DROPPED.getAndIncrement();
    return null;
  }

  /** The handle of that instance, or null. */
  public static @Nullable LibraryHandle find(Object instance) {
    int home = System.identityHashCode(instance);
    for (int probe = 0; probe < PROBES; probe++) {
      LibraryHandle handle = HANDLES.get((home + probe) & MASK);
      if (handle != null && handle.refersTo(instance)) {
        return handle;
      }
    }
    return null;
  }

  /** Asked first, so that what is made by the million costs no garbage once the table is full. */
  private static boolean hasRoom(Object instance) {
    int home = System.identityHashCode(instance);
    for (int probe = 0; probe < PROBES; probe++) {
      LibraryHandle there = HANDLES.get((home + probe) & MASK);
      if (there == null || there.refersTo(null)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable LibraryHandle register(LibraryHandle handle, Object instance) {
    int home = System.identityHashCode(instance);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      LibraryHandle there = HANDLES.get(row);
      if ((there == null || there.refersTo(null)) && HANDLES.compareAndSet(row, there, handle)) {
        LibraryHandle first = find(instance);
        if (first != handle) {
          HANDLES.set(
              row, null); // Two threads met it at once; whoever comes first in the row stays.
        }
        return first;
      }
    }
    DROPPED.getAndIncrement();
    return null;
  }

  /** The handle in a row, or null. */
  public static @Nullable LibraryHandle handle(int row) {
    return HANDLES.get(row);
  }

  /** Instances that found no free row. */
  public static long dropped() {
    return DROPPED.get();
  }
}
