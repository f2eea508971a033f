package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The locks of a dump that was taken through JMX: a thread names what it waits for and, by Java id,
 * who owns that. Confined to its reader.
 *
 * <p>JMX makes no difference between a monitor, a condition and a lock; the thread's state and its
 * innermost frame do.
 */
final class OwnedLocks {
  private record Waiting(PrintedThread thread, String lock, String className, long owner) {}

  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * A thread waits for one thing at a time: of more that are said of it the first counts.
   *
   * @param owner Java id of its owner, or -1
   */
  void waits(PrintedThread thread, String lock, String className, long owner) {
    int last = waiting.size() - 1;
    if (last < 0 || waiting.get(last).thread() != thread) {
      waiting.add(new Waiting(thread, lock, className, owner));
    }
  }

  /** Adds to the threads of the dump what they wait for and own. */
  void conclude(PrintedDump dump) {
    Map<Long, PrintedThread> byId = new HashMap<>();
    dump.threads.forEach(thread -> byId.put(thread.javaId, thread));
    for (Waiting entry : waiting) {
      Verb verb = verb(entry.thread());
      entry.thread().mention(verb, entry.lock(), entry.className());
      PrintedThread owner = entry.owner() < 0 ? null : byId.get(entry.owner());
      if (owner == null) {
        continue;
      }
      if (verb == Verb.PARKING) {
        owner.synchronizer(entry.lock(), entry.className());
      } else if (verb == Verb.WAITING_TO_LOCK) {
        owner.mention(Verb.LOCKED, entry.lock(), entry.className());
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
