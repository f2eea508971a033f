package dev.unpark.agent.sample;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Who reads under a {@code ReentrantReadWriteLock}, and for whom another reader waits meanwhile.
 *
 * <p>The lock remembers its first reader; every other one has a counter of its holds in a thread
 * local of its own, which is looked up from outside. A reader that waits although only readers hold
 * the lock waits for the writer that queues before it, not for the readers: a writer that gives up
 * in time lets it go on.
 *
 * <p><b>Threading:</b> the sampler's thread alone; made anew for each look. <b>When full:</b> at
 * most {@value #MOST_LOOKUPS} thread locals are looked up per look; a reader that is not found only
 * makes less known, never more.
 */
final class ReadLocks {
  private static final int MOST_LOOKUPS = 200_000;
  private static final int MOST_PROBES = 64;
  private static final int MOST_NODES = 10_000;
  private static final String SYNC = ReentrantReadWriteLock.class.getName() + "$Sync";
  private static final String MAP = "java.lang.ThreadLocal$ThreadLocalMap";

  /** What the lock is built on; JDK 25 counts its readers in a long. */
  private static final String BASE = base();

  private static final Peek STATE = Peek.at(BASE, "state");
  private static final Peek TAIL = Peek.at(BASE, "tail");
  private static final Peek PREVIOUS = Peek.at(BASE + "$Node", "prev");
  private static final Peek WAITER = Peek.at(BASE + "$Node", "waiter");
  private static final Peek FIRST_READER = Peek.at(SYNC, "firstReader");
  private static final Peek HOLDS = Peek.at(SYNC, "readHolds");
  private static final Peek COUNT = Peek.at(SYNC + "$HoldCounter", "count");
  private static final Peek LOCALS = Peek.at(Thread.class, "threadLocals");
  private static final Peek TABLE = Peek.at(MAP, "table");
  private static final Peek VALUE = Peek.at(MAP + "$Entry", "value");
  private static final Peek HASH = Peek.at(ThreadLocal.class, "threadLocalHashCode");

  private final List<Thread> candidates;
  private final Map<Object, Queue> queues = new IdentityHashMap<>();
  private int lookups;

  /**
   * Who waits for a lock.
   *
   * @param readers those that queue for the read lock
   * @param behindWriter those of them that queue behind the first writer
   * @param firstWriter the first of those that queue for the write lock, or null
   */
  private record Queue(
      Set<Thread> readers, Set<Thread> behindWriter, @Nullable Thread firstWriter) {}

  private static String base() {
    try {
      return Class.forName(SYNC, false, null).getSuperclass().getName();
    } catch (ClassNotFoundException otherJdk) {
      return AbstractQueuedSynchronizer.class.getName();
    }
  }

  /** Whether nobody holds that lock, or not any more. */
  static boolean isFree(Object sync) {
    return !STATE.missing() && STATE.number(sync) == 0;
  }

  ReadLocks(List<Thread> candidates) {
    this.candidates = candidates;
  }

  /** Whether that waiter of the lock queues for reading. */
  boolean isReader(Object sync, Thread waiter) {
    return queue(sync).readers().contains(waiter);
  }

  /** The writer that a queued reader waits for, or null when no writer is ahead of it. */
  @Nullable Thread writerAhead(Object sync, Thread reader) {
    Queue queue = queue(sync);
    return queue.behindWriter().contains(reader) ? queue.firstWriter() : null;
  }

  /** The threads that hold the read lock, as far as they are found. */
  List<Thread> readers(Object sync) {
    List<Thread> readers = new ArrayList<>();
    if (FIRST_READER.of(sync) instanceof Thread first) {
      readers.add(first);
    }
    Object holds = HOLDS.of(sync);
    if (holds == null || lookups + candidates.size() > MOST_LOOKUPS) {
      return readers;
    }
    lookups += candidates.size();
    for (Thread thread : candidates) {
      if (COUNT.number(local(thread, holds)) > 0 && !readers.contains(thread)) {
        readers.add(thread);
      }
    }
    return readers;
  }

  /** The value that a thread has for a thread local, read as it stands; null when it has none. */
  private static @Nullable Object local(Thread thread, Object key) {
    if (!(TABLE.of(LOCALS.of(thread)) instanceof Object[] table) || table.length == 0) {
      return null;
    }
    int home = (int) HASH.number(key);
    for (int probe = 0; probe < MOST_PROBES; probe++) {
      Object entry = table[(home + probe) & (table.length - 1)];
      if (entry == null) {
        return null;
      }
      if (entry instanceof Reference<?> reference && reference.refersTo(null)) {
        continue;
      }
      if (entry instanceof Reference<?> reference && reference.get() == key) {
        return VALUE.of(entry);
      }
    }
    return null;
  }

  private Queue queue(Object sync) {
    return queues.computeIfAbsent(sync, ReadLocks::read);
  }

  private static Queue read(Object sync) {
    List<Object> nodes = new ArrayList<>();
    for (Object node = TAIL.of(sync);
        node != null && nodes.size() < MOST_NODES;
        node = PREVIOUS.of(node)) {
      nodes.add(node);
    }
    Collections.reverse(nodes);
    Set<Thread> readers = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Thread> behind = Collections.newSetFromMap(new IdentityHashMap<>());
    Thread firstWriter = null;
    for (Object node : nodes) {
      if (!(WAITER.of(node) instanceof Thread waiter)) {
        continue; // The dummy at the head, or somebody who has just given up.
      }
      boolean shared = node.getClass().getSimpleName().equals("SharedNode");
      if (shared) {
        readers.add(waiter);
        if (firstWriter != null) {
          behind.add(waiter);
        }
      } else if (firstWriter == null) {
        firstWriter = waiter;
      }
    }
    return new Queue(readers, behind, firstWriter);
  }
}
