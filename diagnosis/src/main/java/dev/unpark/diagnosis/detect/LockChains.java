package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one look in the order in which they wait for each other: an owner that waits for
 * another lock passes its wait on to the owner of that one.
 */
final class LockChains {
  private final Map<String, LockQueue> queues;
  private final ObservationIndex index;

  /** For each lock the one at the end of its chain; its own when the chain ends there. */
  private final Map<String, String> ends = new HashMap<>();

  private final Map<String, List<ObservedThread>> behind = new HashMap<>();

  /**
   * @param queues those of one look, by id of their locks
   * @param index that look
   */
  LockChains(Map<String, LockQueue> queues, ObservationIndex index) {
    this.queues = queues;
    this.index = index;
    for (LockQueue queue : queues.values()) {
      String end = findEnd(queue.lock().id());
      if (!end.equals(queue.lock().id())) {
        behind.computeIfAbsent(end, lock -> new ArrayList<>()).addAll(queue.waiters());
      }
    }
  }

  /** Whether its owner waits for no other lock whose owner is known. */
  boolean isEnd(LockQueue queue) {
    return end(queue).equals(queue.lock().id());
  }

  /** The lock whose owner all of these wait for in the end. */
  String end(LockQueue queue) {
    return ends.getOrDefault(queue.lock().id(), queue.lock().id());
  }

  /** Who waits for a lock whose owner waits in this queue, and so on. */
  List<ObservedThread> behind(LockQueue queue) {
    return behind.getOrDefault(queue.lock().id(), List.of());
  }

  /** Threads that wait for each other with a timeout make a ring, which ends where it began. */
  private String findEnd(String lock) {
    Set<String> path = new LinkedHashSet<>();
    String at = lock;
    String next = lock;
    while (next != null && !ends.containsKey(next) && path.add(next)) {
      at = next;
      next = next(next);
    }
    String end = next == null ? at : ends.getOrDefault(next, next);
    path.forEach(passed -> ends.put(passed, end));
    return ends.getOrDefault(lock, end);
  }

  private @Nullable String next(String lock) {
    LockQueue queue = queues.get(lock);
    if (queue == null || queue.owners().size() != 1) {
      return null;
    }
    Resource wanted = index.waitedFor(queue.owners().get(0));
    LockQueue further = wanted == null ? null : queues.get(wanted.id());
    return further != null && further.owners().size() == 1 ? further.lock().id() : null;
  }
}
