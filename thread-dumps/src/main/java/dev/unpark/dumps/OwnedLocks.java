package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a dump that was taken through JMX: a thread names what it waits for and, by Java id
 * or by name, who owns that. Confined to its reader.
 *
 * <p>JMX makes no difference between a monitor, a condition and a lock; the thread's state and its
 * innermost frame do.
 */
final class OwnedLocks {
  private record Waiting(PrintedThread thread, ProgramLock lock) {}

  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * A thread waits for one thing at a time: of more that are said of it the first counts.
   *
   * @param owner Java id of its owner, or -1
   */
  void waits(PrintedThread thread, String lock, String className, long owner) {
    waits(thread, new ProgramLock(lock, className, owner, ""));
  }

  /** The same where the owner may be told by its name. */
  void waits(PrintedThread thread, ProgramLock lock) {
    if (!isLast(thread)) {
      waiting.add(new Waiting(thread, lock));
    }
  }

  /** Who owns what the thread waits for, where that stands on a line of its own. */
  void ownedBy(PrintedThread thread, long owner) {
    if (isLast(thread)) {
      ProgramLock lock = waiting.remove(waiting.size() - 1).lock();
      waiting.add(
          new Waiting(
              thread, new ProgramLock(lock.id(), lock.className(), owner, lock.ownerName())));
    }
  }

  private boolean isLast(PrintedThread thread) {
    return !waiting.isEmpty() && waiting.get(waiting.size() - 1).thread() == thread;
  }

  /** Adds to the threads of the dump what they wait for and own. */
  void conclude(PrintedDump dump) {
    Map<Long, PrintedThread> byId = new HashMap<>();
    Map<String, @Nullable PrintedThread> byName = new HashMap<>();
    for (PrintedThread thread : dump.threads) {
      byId.put(thread.javaId, thread);
      // Of two threads of one name it cannot be told which is meant.
      byName.put(thread.name, byName.containsKey(thread.name) ? null : thread);
    }
    for (Waiting entry : waiting) {
      ProgramLock lock = entry.lock();
      Verb verb = verb(entry.thread());
      entry.thread().mention(verb, lock.id(), lock.className());
      PrintedThread owner = lock.ownerId() < 0 ? null : byId.get(lock.ownerId());
      owner = owner == null ? byName.get(lock.ownerName()) : owner;
      if (owner == null) {
        continue;
      }
      if (verb == Verb.PARKING) {
        owner.synchronizer(lock.id(), lock.className());
      } else if (verb == Verb.WAITING_TO_LOCK) {
        owner.mention(Verb.LOCKED, lock.id(), lock.className());
      }
    }
    waiting.clear();
  }

  private static Verb verb(PrintedThread thread) {
    if (thread.state == ThreadState.BLOCKED) {
      return Verb.WAITING_TO_LOCK;
    }
    boolean inObjectWait =
        !thread.stack.isEmpty() && thread.stack.get(0).startsWith("java.lang.Object.wait");
    return inObjectWait ? Verb.WAITING_ON : Verb.PARKING;
  }
}
