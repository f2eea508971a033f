package dev.unpark.agent.bootstrap;

import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Who asks pools for a connection, and who has one.
 *
 * <pre>
 *   row    key                            holder                        since
 *   204    pool's number | connection     virtual? | identity hash of   nanos
 *          's identity hash               the thread
 * </pre>
 *
 * <p>A row names pool, connection and thread by numbers only, so that a connection which is never
 * given back keeps nothing alive. A thread has given one back when the library says so, whichever
 * thread it is that does it.
 *
 * <p><b>Threading:</b> lock-free; any thread. A row is complete once its holder is set, which is
 * not zero. <b>When full:</b> after {@value #PROBES} probes the connection is not recorded, its
 * pool is {@linkplain LibraryHandle#isBlurred blurred} for ever, and {@link #dropped} counts.
 */
public final class ConnectionPools {
  /** Rows; connections in use at once. */
  public static final int CAPACITY = 1 << 12;

  /** Set in the holder of a row that is a virtual thread. */
  public static final long VIRTUAL = 1L << 32;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 16;

  private static final ThreadRows ASKING = new ThreadRows(1 << 11);
  private static final AtomicLongArray KEYS = new AtomicLongArray(CAPACITY);
  private static final AtomicLongArray HOLDERS = new AtomicLongArray(CAPACITY);
  private static final AtomicLongArray SINCE = new AtomicLongArray(CAPACITY);
  private static final AtomicLong DROPPED = new AtomicLong();

  private static final @Nullable Class<?> VIRTUAL_THREAD = virtualThread();

  private ConnectionPools() {}

  private static @Nullable Class<?> virtualThread() {
    try {
      return Class.forName("java.lang.VirtualThread", false, null);
    } catch (ClassNotFoundException beforeVirtualThreads) {
      return null;
    }
  }

  /** Lends a connection that is none, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    ASKING.warmUp();
    isTimeout(null);
    LibraryHandle handle = new LibraryHandle(LibraryHandle.HIKARI, ASKING, null);
    take(handle, ASKING);
    giveBack(handle, ASKING);
  }

  /** Forgets who has what. */
  public static void clear() {
    for (int row = 0; row < CAPACITY; row++) {
      HOLDERS.set(row, 0);
      KEYS.set(row, 0);
    }
  }

  /** Lets go of threads that have ended while they asked; the sampler's thread alone calls this. */
  public static void sweep() {
    for (int row = 0; row < ASKING.capacity(); row++) {
      ASKING.forgetEnded(row);
    }
  }

  /**
   * The current thread asks a pool for a connection. Of nested calls the outermost counts.
   *
   * @return the token for {@link #answered}
   */
  public static int asks(int kind, Object pool) {
    if (ASKING.isInside()) {
      return ThreadRows.NOT_RECORDED;
    }
    LibraryHandle handle = LibraryTable.of(kind, pool, null);
    return handle == null ? ThreadRows.NOT_RECORDED : ASKING.enter(handle, 0, 0, 0);
  }

  /**
   * The pool has answered.
   *
   * @param connection what it gave, or null when that is told by {@link #taken}
   * @param refused what it threw instead, or null
   */
  public static void answered(
      int token, Object pool, @Nullable Object connection, @Nullable Throwable refused) {
    LibraryHandle handle = LibraryTable.find(pool);
    if (token != ThreadRows.NOT_RECORDED) {
      long waited = ASKING.leave(token);
      if (handle != null && refused == null) {
        handle.waited(waited);
      } else if (handle != null && isTimeout(refused)) {
        handle.count(LibraryTable.FAILURES);
      }
    }
    if (handle != null && connection != null && !ASKING.isInside()) {
      take(handle, connection);
    }
  }

  /** The current thread has got that connection. */
  public static void taken(int kind, Object pool, Object connection) {
    LibraryHandle handle = LibraryTable.of(kind, pool, null);
    if (handle != null) {
      take(handle, connection);
    }
  }

  /** That connection is given back, or thrown away; nothing happens if it was before. */
  public static void givenBack(Object pool, Object connection) {
    LibraryHandle handle = LibraryTable.find(pool);
    if (handle != null) {
      giveBack(handle, connection);
    }
  }

  private static void giveBack(LibraryHandle handle, Object connection) {
    long key = keyOf(handle, connection);
    int home = home(key);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      if (KEYS.get(row) == key) {
        long holder = HOLDERS.get(row);
        long used = System.nanoTime() - SINCE.get(row);
        if (holder != 0 && HOLDERS.compareAndSet(row, holder, 0)) {
          KEYS.setRelease(row, 0);
          handle.givenBack(used, holder != holderOf(Thread.currentThread()));
        }
        return;
      }
    }
  }

  private static void take(LibraryHandle handle, Object connection) {
    long key = keyOf(handle, connection);
    int home = home(key);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & MASK;
      if (KEYS.get(row) == 0 && KEYS.compareAndSet(row, 0, key)) {
        SINCE.set(row, System.nanoTime());
        HOLDERS.setRelease(row, holderOf(Thread.currentThread()));
        handle.taken();
        return;
      }
    }
    handle.blur();
    DROPPED.getAndIncrement();
  }

  /** Whether a pool gave up because its time was over; pools say so by kind of exception alone. */
  private static boolean isTimeout(@Nullable Throwable refused) {
    if (refused == null) {
      return false;
    }
    String name = refused.getClass().getName();
    return refused instanceof NoSuchElementException
        || name.endsWith(".SQLTransientConnectionException")
        || name.endsWith(".PoolExhaustedException");
  }

  private static long keyOf(LibraryHandle handle, Object connection) {
    return (long) handle.number() << 32 | System.identityHashCode(connection);
  }

  private static int home(long key) {
    int hash = (int) (key ^ (key >>> 29));
    return hash ^ (hash >>> 13);
  }

  private static long holderOf(Thread thread) {
    long hash = System.identityHashCode(thread);
    return thread.getClass() == VIRTUAL_THREAD ? hash | VIRTUAL : hash;
  }

  /** Threads that ask now; the subject is the pool's {@link LibraryHandle}. */
  public static ThreadRows asking() {
    return ASKING;
  }

  /** The {@linkplain LibraryHandle#number number} of the pool of a row, or 0 for a free one. */
  public static int pool(int row) {
    return (int) (KEYS.get(row) >>> 32);
  }

  /** Identity hash of the thread that took the connection of a row, or 0; see {@link #VIRTUAL}. */
  public static long holder(int row) {
    return HOLDERS.getAcquire(row);
  }

  /** When the connection of a row was taken, by {@code System.nanoTime}. */
  public static long since(int row) {
    return SINCE.get(row);
  }

  /** Connections, and threads that asked, that found no free row. */
  public static long dropped() {
    return DROPPED.get() + ASKING.dropped();
  }
}
