package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who waits without a timeout for what, in one look, by resource: a lock of ten thousand readers
 * must not be walked once for each of its waiters.
 */
final class Queues {
  private final Look look;
  private final Map<String, List<ObservedThread>> waiters = new HashMap<>();

  Queues(Look look) {
    this.look = look;
    for (ObservedThread thread : look.observation().threads()) {
      Wait wait = thread.currentWait();
      if (wait != null && !wait.timed()) {
        waiters.computeIfAbsent(wait.resource(), id -> new ArrayList<>()).add(thread);
      }
    }
  }

  /** Who waits for something that this thread holds. */
  Set<ObservedThread> behind(ObservedThread holder) {
    Set<ObservedThread> behind = new LinkedHashSet<>();
    for (Resource held : look.index().heldBy(holder.id())) {
      behind.addAll(waiters.getOrDefault(held.id(), List.of()));
    }
    return behind;
  }

  /** Adds to these threads whoever waits for what one of them holds, and so on. */
  void addAllBehind(Map<Long, ObservedThread> caught) {
    Set<String> walked = new HashSet<>();
    List<ObservedThread> reached = new ArrayList<>(caught.values());
    for (int i = 0; i < reached.size(); i++) {
      for (Resource held : look.index().heldBy(reached.get(i).id())) {
        if (!walked.add(held.id())) {
          continue;
        }
        for (ObservedThread waiter : waiters.getOrDefault(held.id(), List.of())) {
          if (caught.putIfAbsent(waiter.id(), waiter) == null) {
            reached.add(waiter);
          }
        }
      }
    }
  }
}
