package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The executors that were created, or rejected a task, while the agent ran.
 *
 * <p>Open addressing by identity hash. A row whose executor has been collected is free again.
 *
 * <p><b>Threading:</b> lock-free; any thread adds or counts, any thread reads. <b>When full:</b>
 * after {@value #PROBES} probes the executor is not registered and {@link #dropped} counts; the
 * sampler then still finds it by way of its threads, only without its creation site.
 */
public final class ExecutorTable {
  /** Rows. */
  public static final int CAPACITY = 1 << 10;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 32;

  private static final AtomicReferenceArray<@Nullable ExecutorHandle> HANDLES =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicLong DROPPED = new AtomicLong();
  private static volatile boolean recording;

  private ExecutorTable() {}

  /** Turns recording on or off. */
  public static void record(boolean on) {
    recording = on;
  }

  /**
   * An executor is being made by the current thread; most of its fields are still to be set. Called
   * once per executor, so it may allocate: the trace is walked here, and turned into frames by the
   * sampler.
   */
  public static void created(Object executor) {
    try {
      if (recording && !OwnThreads.contains(Thread.currentThread()) && find(executor) == null) {
        register(executor, new Throwable());
      }
    } catch (Throwable outOfMemory) {
      // Its workers will tell of it. Here an application's constructor runs.
    }
  }

  /** Registers an executor that is none, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    ExecutorHandle handle = register(new Object(), null);
    if (handle != null) {
      handle.countRejection();
      handle.clear();
    }
  }

  /** An executor has rejected a task. */
  public static void rejected(Object executor) {
    if (!recording) {
      return;
    }
    try {
      ExecutorHandle handle = find(executor);
      if (handle == null) {
        handle = register(executor, null);
      }
      if (handle != null) {
        handle.countRejection();
      }
    } catch (Throwable outOfMemory) {
      // Not counted.
    }
  }

  /** The handle of that executor, or null when it is not registered. */
  public static @Nullable ExecutorHandle find(Object executor) {
    int home = System.identityHashCode(executor);
    for (int probe = 0; probe < PROBES; probe++) {
      ExecutorHandle handle = HANDLES.get((home + probe) & MASK);
      if (handle != null && handle.refersTo(executor)) {
        return handle;
      }
    }
    return null;
  }

  private static @Nullable ExecutorHandle register(Object executor, @Nullable Throwable creation) {
    ExecutorHandle handle = new ExecutorHandle(executor, creation);
    int home = System.identityHashCode(executor);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      ExecutorHandle there = HANDLES.get(row);
      if ((there == null || there.refersTo(null)) && HANDLES.compareAndSet(row, there, handle)) {
        return handle;
      }
    }
    DROPPED.getAndIncrement();
    return null;
  }

  /** Forgets every executor, and with their creation traces the classes that these keep alive. */
  public static void clear() {
    for (int row = 0; row < CAPACITY; row++) {
      HANDLES.set(row, null);
    }
  }

  /** The handle in a row, or null. */
  public static @Nullable ExecutorHandle handle(int row) {
    return HANDLES.get(row);
  }

  /** Executors that found no free row. */
  public static long dropped() {
    return DROPPED.get();
  }
}
