package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
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

  /**
   * Adds to these threads whoever waits for what one of them holds, or for threads to end that are
   * all among them, and so on.
   */
  void addAllBehind(Map<Long, ObservedThread> caught) {
    Set<String> walked = new HashSet<>();
    Map<String, Integer> ended = new HashMap<>();
    Map<Long, List<Resource>> ends = awaitedEnds();
    List<ObservedThread> reached = new ArrayList<>(caught.values());
    for (int i = 0; i < reached.size(); i++) {
      long thread = reached.get(i).id();
      for (Resource held : look.index().heldBy(thread)) {
        if (walked.add(held.id())) {
          addWaiters(held, caught, reached);
        }
      }
      for (Resource end : ends.getOrDefault(thread, List.of())) {
        if (ended.merge(end.id(), 1, Integer::sum) == awaited(end).size()) {
          addWaiters(end, caught, reached);
        }
      }
    }
  }

  private void addWaiters(
      Resource resource, Map<Long, ObservedThread> caught, List<ObservedThread> reached) {
    for (ObservedThread waiter : waiters.getOrDefault(resource.id(), List.of())) {
      if (caught.putIfAbsent(waiter.id(), waiter) == null) {
        reached.add(waiter);
      }
    }
  }

  /** Who waits for the end of threads waits as long as they do: what is awaited, by thread. */
  private Map<Long, List<Resource>> awaitedEnds() {
    Map<Long, List<Resource>> ends = new HashMap<>();
    for (String id : waiters.keySet()) {
      Resource resource = look.index().resource(id);
      if (resource != null) {
        awaited(resource)
            .forEach(thread -> ends.computeIfAbsent(thread, t -> new ArrayList<>()).add(resource));
      }
    }
    return ends;
  }

  private static Set<Long> awaited(Resource resource) {
    return resource.kind() == ResourceKind.THREAD_END
            && resource.release() instanceof Release.Believed believed
        ? believed.threads()
        : Set.of();
  }
}
