package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Who has taken permits of which semaphore, and stamps of which {@code StampedLock}.
 *
 * <pre>
 *   block   thread     up to four of: lock, units held
 *   17      Thread t   FairSync s 2, StampedLock l WRITE, FairSync r 0, -
 *
 *   row     key (identity hash) | made with | given back by a holder | handed over
 *   4       0x2b03f1              4           yes                      no
 * </pre>
 *
 * <p>Such a lock has no owners, so this is bookkeeping: whoever acquires holds, whoever releases
 * lets go of what it held. Where a thread once gave back what it did not hold, permits are handed
 * from thread to thread, and who took them tells nothing any more: the lock counts as {@linkplain
 * #isHandedOver handed over} from then on. What was acquired before the agent came, or found no
 * room, does not add up to what the lock itself counts, and the reader sees that it does not.
 *
 * <p><b>Threading:</b> lock-free; a thread claims its block by compare-and-set and alone writes it
 * until it has ended. <b>When full:</b> after {@value #PROBES} probes, or with four locks in hand,
 * an acquire is counted in {@link #dropped} only.
 */
public final class PermitTable {
  /** Blocks. */
  public static final int CAPACITY = 1 << 12;

  /** Locks of one thread. */
  public static final int ENTRIES = 4;

  /** What the write side of a lock counts for; a reader or a permit counts one. */
  public static final int WRITE = 1 << 24;

  /** Stands where a thread stood that has ended with something in hand. */
  public static final Object ENDED = new Object();

  /*
   * As in StampedLock: seven bits count readers, the eighth is the writer's.
   */
  private static final long READER_BITS = 127;
  private static final long WRITER_BIT = 128;

  private static final int MASK = CAPACITY - 1;
  private static final int PROBES = 8;
  private static final int ROWS = 1 << 12;
  private static final int ROW_MASK = ROWS - 1;

  /** In the units of an entry: that its thread has given back something of this lock before. */
  private static final int GAVE_BACK = 1 << 30;

  private static final int KEY_SHIFT = 32;
  private static final long OWN_RELEASE = 1L << 30;
  private static final long HANDED_OVER = 1L << 31;
  private static final long MADE_WITH = OWN_RELEASE - 1;

  private static final AtomicReferenceArray<@Nullable Object> THREADS =
      new AtomicReferenceArray<>(CAPACITY);
  private static final AtomicReferenceArray<@Nullable Object> LOCKS =
      new AtomicReferenceArray<>(CAPACITY * ENTRIES);
  private static final AtomicIntegerArray UNITS = new AtomicIntegerArray(CAPACITY * ENTRIES);
  private static final AtomicLongArray FACTS = new AtomicLongArray(ROWS);
  private static final AtomicLong DROPPED = new AtomicLong();
  private static final @Nullable Class<?> VIRTUAL = virtualThreads();
  private static volatile boolean recording;
  private static volatile boolean forgotten;

  private PermitTable() {}

  private static @Nullable Class<?> virtualThreads() {
    try {
      return Class.forName("java.lang.VirtualThread", false, null);
    } catch (ClassNotFoundException beforeVirtualThreads) {
      return null;
    }
  }

  /** Turns recording on or off; off forgets everything. */
  public static void record(boolean on) {
    recording = on;
    if (!on) {
      for (int i = 0; i < CAPACITY * ENTRIES; i++) {
        LOCKS.set(i, null);
      }
      for (int block = 0; block < CAPACITY; block++) {
        THREADS.set(block, null);
      }
      for (int row = 0; row < ROWS; row++) {
        FACTS.set(row, 0);
      }
    }
  }

  /** Uses every call once, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    recording = true;
    Object lock = new Object();
    made(lock, 2);
    acquired(lock, 2);
    released(lock, 1);
    released(lock, 2);
    stamped(lock, WRITER_BIT);
    unstamped(lock, WRITER_BIT);
    converted(lock, 0, 0);
    record(false);
  }

  /** A semaphore is made with so many permits. */
  public static void made(Object semaphore, int permits) {
    if (recording && permits >= 0) {
      put(System.identityHashCode(semaphore), Math.min(permits, MADE_WITH));
    }
  }

  /** The current thread has got so many units of a lock. */
  public static void acquired(Object lock, int units) {
    if (!recording) {
      return;
    }
    Thread current = Thread.currentThread();
    int block = blockOf(current);
    if (block < 0) {
      block = claim(current);
    }
    int free = -1;
    for (int i = block * ENTRIES; block >= 0 && i < (block + 1) * ENTRIES; i++) {
      Object there = LOCKS.getPlain(i);
      if (there == lock) {
        UNITS.setRelease(i, UNITS.getPlain(i) + units);
        return;
      }
      if (free < 0 && (there == null || (UNITS.getPlain(i) & ~GAVE_BACK) == 0)) {
        free = i;
      }
    }
    if (free < 0) {
      DROPPED.getAndIncrement();
      return;
    }
    UNITS.setRelease(free, 0);
    LOCKS.setRelease(free, lock);
    UNITS.setRelease(free, units);
  }

  /** The current thread has given back so many units. */
  public static void released(Object lock, int units) {
    if (!recording) {
      return;
    }
    Thread current = Thread.currentThread();
    int block = blockOf(current);
    for (int i = block * ENTRIES; block >= 0 && i < (block + 1) * ENTRIES; i++) {
      if (LOCKS.getPlain(i) == lock) {
        int held = UNITS.getPlain(i);
        int left = (held & ~GAVE_BACK) - units;
        if (left < 0) {
          break;
        }
        if ((held & GAVE_BACK) == 0) {
          note(lock, OWN_RELEASE);
        }
        UNITS.setRelease(i, left | GAVE_BACK);
        if (left == 0 && current.getClass() == VIRTUAL) {
          free(block);
        }
        return;
      }
    }
    note(lock, HANDED_OVER);
  }

  /** The current thread has got that stamp; zero is none. */
  public static void stamped(Object lock, long stamp) {
    int units = unitsOf(stamp);
    if (units != 0) {
      acquired(lock, units);
    }
  }

  /** The current thread has given that stamp back. */
  public static void unstamped(Object lock, long stamp) {
    int units = unitsOf(stamp);
    if (units != 0) {
      released(lock, units);
    }
  }

  /** A stamp was exchanged for another; for zero when that was refused. */
  public static void converted(Object lock, long before, long after) {
    if (after != 0 && unitsOf(before) != unitsOf(after)) {
      unstamped(lock, before);
      stamped(lock, after);
    }
  }

  private static int unitsOf(long stamp) {
    return (stamp & WRITER_BIT) != 0 ? WRITE : (stamp & READER_BITS) != 0 ? 1 : 0;
  }

  private static int blockOf(Thread thread) {
    int home = System.identityHashCode(thread);
    for (int probe = 0; probe < PROBES; probe++) {
      int block = (home + probe) & MASK;
      if (THREADS.getPlain(block) == thread) {
        return block;
      }
    }
    return -1;
  }

  private static int claim(Thread thread) {
    int home = System.identityHashCode(thread);
    for (int probe = 0; probe < PROBES; probe++) {
      int block = (home + probe) & MASK;
      if (THREADS.getPlain(block) == null && THREADS.compareAndSet(block, null, thread)) {
        return block;
      }
    }
    return -1;
  }

  /** Virtual threads come by the thousand: one that holds nothing keeps no block. */
  private static void free(int block) {
    for (int i = block * ENTRIES; i < (block + 1) * ENTRIES; i++) {
      if (LOCKS.getPlain(i) != null && (UNITS.getPlain(i) & ~GAVE_BACK) != 0) {
        return;
      }
    }
    clear(block, null);
  }

  private static void clear(int block, @Nullable Object instead) {
    for (int i = block * ENTRIES; i < (block + 1) * ENTRIES; i++) {
      if (instead == null || (UNITS.get(i) & ~GAVE_BACK) == 0) {
        LOCKS.setRelease(i, null);
      }
    }
    THREADS.setRelease(block, instead);
  }

  private static void put(long key, long facts) {
    for (int probe = 0; probe < PROBES; probe++) {
      int row = ((int) key + probe) & ROW_MASK;
      long there = FACTS.get(row);
      if ((there == 0 || there >>> KEY_SHIFT == key)
          && FACTS.compareAndSet(row, there, key << KEY_SHIFT | facts)) {
        return;
      }
    }
    // Its home goes to the newer one: semaphores come and go, and nobody tells when.
    int home = (int) key & ROW_MASK;
    forgotten |= (FACTS.get(home) & HANDED_OVER) != 0;
    FACTS.set(home, key << KEY_SHIFT | facts);
  }

  private static void note(Object lock, long fact) {
    int row = rowOf(lock);
    if (row < 0) {
      if (fact == HANDED_OVER) {
        put(System.identityHashCode(lock), HANDED_OVER);
      }
      return;
    }
    long facts = FACTS.get(row);
    while ((facts & fact) == 0 && !FACTS.compareAndSet(row, facts, facts | fact)) {
      facts = FACTS.get(row);
    }
  }

  private static int rowOf(Object lock) {
    long key = System.identityHashCode(lock);
    for (int probe = 0; probe < PROBES; probe++) {
      int row = ((int) key + probe) & ROW_MASK;
      if (FACTS.get(row) >>> KEY_SHIFT == key) {
        return row;
      }
    }
    return -1;
  }

  /** The thread of a block, {@link #ENDED}, or null. */
  public static @Nullable Object thread(int block) {
    return THREADS.get(block);
  }

  /** The lock of an entry, or null. */
  public static @Nullable Object lock(int block, int entry) {
    return LOCKS.get(block * ENTRIES + entry);
  }

  /** The units of an entry. */
  public static int units(int block, int entry) {
    return UNITS.get(block * ENTRIES + entry) & ~GAVE_BACK;
  }

  /**
   * Lets ended threads go; the sampler alone calls this.
   *
   * @param all whether what they took and did not give back is forgotten too
   * @return how many blocks are in use
   */
  public static int sweep(boolean all) {
    int used = 0;
    for (int block = 0; block < CAPACITY; block++) {
      Object thread = THREADS.get(block);
      if (thread == null) {
        continue;
      }
      used++;
      if (thread instanceof Thread mortal && !mortal.isAlive() || all && thread == ENDED) {
        boolean holds = false;
        for (int entry = 0; entry < ENTRIES; entry++) {
          holds |= lock(block, entry) != null && units(block, entry) != 0;
        }
        clear(block, holds && !all ? ENDED : null);
      }
    }
    return used;
  }

  /** How many permits a semaphore was made with, or -1 when that is not known. */
  public static int madeWith(Object semaphore) {
    int row = rowOf(semaphore);
    return row < 0 ? -1 : (int) (FACTS.get(row) & MADE_WITH);
  }

  /** Whether somebody who held some of it has given them back. */
  public static boolean isGivenBack(Object lock) {
    int row = rowOf(lock);
    return row >= 0 && (FACTS.get(row) & OWN_RELEASE) != 0;
  }

  /** Whether somebody gave back what it did not hold, or might have. */
  public static boolean isHandedOver(Object lock) {
    int row = rowOf(lock);
    return forgotten || row >= 0 && (FACTS.get(row) & HANDED_OVER) != 0;
  }

  /** Acquires that found no room. */
  public static long dropped() {
    return DROPPED.get();
  }
}
