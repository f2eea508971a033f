package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.PermitTable;
import dev.unpark.diagnosis.model.Release;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a semaphore or a {@code StampedLock}, by the books that the hooks keep.
 *
 * <p>The books count only where they add up to what the lock itself counts, and where nothing was
 * ever given back by a thread that did not hold it.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Permits {
  private static final long READER_BITS = 127;
  private static final long WRITER_BIT = 128;
  private static final int MOST_NODES = 10_000;

  /** Half of the table in use, and what the dead took with them is forgotten. */
  private static final int CROWDED = PermitTable.CAPACITY / 2;

  private static final String TOOK = "they took permits, which nobody has given back yet";
  private static final String GONE =
      "a thread that took permits has ended without giving them back";

  private static final Peek AVAILABLE = Peek.at(AbstractQueuedSynchronizer.class, "state");
  private static final Peek STATE = Peek.at(StampedLock.class, "state");
  private static final Peek TAIL = Peek.at(StampedLock.class, "tail");
  private static final String NODE = StampedLock.class.getName() + "$Node";
  private static final Peek WAITER = Peek.at(NODE, "waiter");
  private static final Peek BEFORE = Peek.at(NODE, "prev");
  private static final String WRITER = StampedLock.class.getName() + "$WriterNode";

  /** As they were when first asked for since the last sweep, which begins a look. */
  private static @Nullable Map<Object, Held> books;

  private Permits() {}

  /** What the books say of one lock. */
  private static final class Held {
    final List<Thread> threads = new ArrayList<>();
    long units;
    boolean byTheDead;

    /** The whole of the books, by lock. */
    static Map<Object, Held> all() {
      Map<Object, Held> books = new IdentityHashMap<>();
      for (int block = 0; block < PermitTable.CAPACITY; block++) {
        Object holder = PermitTable.thread(block);
        for (int entry = 0; holder != null && entry < PermitTable.ENTRIES; entry++) {
          Object lock = PermitTable.lock(block, entry);
          int units = PermitTable.units(block, entry);
          if (lock != null && units > 0) {
            books.computeIfAbsent(lock, l -> new Held()).add(holder, units);
          }
        }
      }
      return books;
    }

    private void add(Object holder, int more) {
      units += more;
      if (holder instanceof Thread thread && thread.isAlive()) {
        threads.add(thread);
      } else {
        byTheDead = true;
      }
    }
  }

  private static Held held(Object lock) {
    Map<Object, Held> known = books;
    if (known == null) {
      known = Held.all();
      books = known;
    }
    return known.getOrDefault(lock, new Held());
  }

  /** Lets ended threads go, before anybody asks. */
  static void sweep() {
    books = null;
    if (PermitTable.sweep(false) > CROWDED) {
      PermitTable.sweep(true);
    }
  }

  /*
   * A semaphore that limits what is under way is often taken by one thread and given back by
   * another, which one cannot know before it has happened. So a permit must have been given back by
   * a holder before, or its holders are only believed; and not even that where they wait for more
   * of the same.
   */
  static Releases.Holder ofSemaphore(Object semaphore) {
    int permits = PermitTable.madeWith(semaphore);
    if (permits <= 0 || PermitTable.isHandedOver(semaphore)) {
      return Releases.Holder.UNKNOWN;
    }
    Held held = held(semaphore);
    if (held.units + AVAILABLE.number(semaphore) != permits || held.units == 0) {
      return Releases.Holder.UNKNOWN;
    }
    Set<Long> ids = held.threads.stream().map(ThreadIds::of).collect(Collectors.toSet());
    if (!held.byTheDead && PermitTable.isGivenBack(semaphore)) {
      return new Releases.Holder(new Release.AnyOf(ids), held.threads);
    }
    for (Thread thread : held.threads) {
      if (LockSupport.getBlocker(thread) == semaphore) {
        return Releases.Holder.UNKNOWN;
      }
    }
    String why = held.byTheDead ? GONE : TOOK;
    return new Releases.Holder(new Release.Believed(ids, why), held.threads);
  }

  /** Whoever waits, unless it is {@linkplain #isReaderInLine a reader in line}. */
  static Releases.Holder ofStamped(Object lock) {
    long state = STATE.number(lock);
    if (STATE.missing() || PermitTable.isHandedOver(lock)) {
      return Releases.Holder.UNKNOWN;
    }
    if ((state & (READER_BITS | WRITER_BIT)) == 0) {
      return Releases.Holder.FREE;
    }
    Held held = held(lock);
    long expected = (state & WRITER_BIT) != 0 ? PermitTable.WRITE : state & READER_BITS;
    return held.units == expected && !held.byTheDead && !held.threads.isEmpty()
        ? Releases.Holder.all(held.threads)
        : Releases.Holder.UNKNOWN;
  }

  /**
   * Whether that thread waits to read what others read: it only waits behind a writer in the line,
   * who may give up.
   */
  static boolean isReaderInLine(Object lock, Thread waiter) {
    if (!(lock instanceof StampedLock) || (STATE.number(lock) & WRITER_BIT) != 0) {
      return false;
    }
    Object node = TAIL.of(lock);
    for (int steps = 0; node != null && steps < MOST_NODES; steps++) {
      if (WAITER.of(node) == waiter) {
        return !node.getClass().getName().equals(WRITER);
      }
      node = BEFORE.of(node);
    }
    return true;
  }
}
