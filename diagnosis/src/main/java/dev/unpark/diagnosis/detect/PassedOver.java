package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * How one thread that waits for a lock was overtaken by others.
 *
 * @param length how long it has been seen in the very same wait
 * @param times how often somebody held the lock who had come later
 * @param by who they were, by id
 */
record PassedOver(Duration length, int times, Set<Long> by) {

  static PassedOver of(ObservedThread waiter, Resource lock, Timeline timeline) {
    List<Observation> looks = timeline.last(Integer.MAX_VALUE);
    int first = firstLook(waiter, looks);
    Set<Long> before = holders(lock.id(), looks.get(first));
    Set<Long> aheadOfIt = waiters(lock.id(), looks.get(first));
    Set<Long> overtook = new TreeSet<>();
    int times = 0;
    for (Observation look : looks.subList(first + 1, looks.size())) {
      Set<Long> now = holders(lock.id(), look);
      if (now.isEmpty()) {
        continue; // Nobody has it, or it is not known who: nothing to compare with.
      }
      for (long holder : now) {
        if (holder != waiter.id()
            && !before.isEmpty()
            && !before.contains(holder)
            && !aheadOfIt.contains(holder)) {
          overtook.add(holder);
          times++;
        }
      }
      // Whoever has had it once does not stand before the waiter any more.
      aheadOfIt.removeAll(now);
      before = now;
    }
    return new PassedOver(
        Duration.between(looks.get(first).time(), timeline.latest().time()), times, overtook);
  }

  /** The earliest look of an unbroken row that shows it in the same wait. */
  private static int firstLook(ObservedThread waiter, List<Observation> looks) {
    Wait wait = Objects.requireNonNull(waiter.currentWait(), "who waits was asked for");
    int first = looks.size() - 1;
    while (first > 0 && isInTheSameWait(waiter.id(), wait, looks.get(first - 1))) {
      first--;
    }
    return first;
  }

  private static boolean isInTheSameWait(long id, Wait wait, Observation look) {
    for (ObservedThread thread : look.threads()) {
      if (thread.id() == id) {
        Wait then = thread.currentWait();
        return then != null && then.isStill(wait);
      }
    }
    return false;
  }

  private static Set<Long> holders(String lock, Observation look) {
    for (Resource resource : look.resources()) {
      if (resource.id().equals(lock)) {
        return ObservationIndex.holders(resource.release());
      }
    }
    return Set.of();
  }

  private static Set<Long> waiters(String lock, Observation look) {
    Set<Long> waiters = new HashSet<>();
    for (ObservedThread thread : look.threads()) {
      Wait wait = thread.currentWait();
      if (wait != null && wait.resource().equals(lock)) {
        waiters.add(thread.id());
      }
    }
    return waiters;
  }
}
