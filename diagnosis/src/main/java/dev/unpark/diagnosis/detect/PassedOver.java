package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How one thread that waits for a lock was overtaken by others, look by look. */
final class PassedOver {

  /*
   * Thousands may stand behind one lock, and dozens of looks are remembered. So each look is read
   * once for all who wait, and those who came to the same lock by the same look share who else stood
   * there.
   */
  private final ObservedThread waiter;
  private final Wait wait;
  private final Set<Long> by = new TreeSet<>();
  private final Set<Long> hadIt = new HashSet<>();
  private @Nullable Instant since;
  private Set<Long> ahead = Set.of();
  private Set<Long> before = Set.of();
  private int times;

  private PassedOver(ObservedThread waiter, Wait wait) {
    this.waiter = waiter;
    this.wait = wait;
  }

  /**
   * Those of the threads that have been in the very same wait for so long.
   *
   * @param waiters of the latest look, each in a wait for a lock
   */
  static List<PassedOver> of(
      Collection<ObservedThread> waiters, Duration atLeast, Timeline timeline) {
    List<Observation> looks = timeline.last(Integer.MAX_VALUE);
    Instant now = timeline.latest().time();
    Map<Long, PassedOver> all = new LinkedHashMap<>();
    for (ObservedThread waiter : waiters) {
      Wait wait = waiter.currentWait();
      if (wait != null) {
        all.put(waiter.id(), new PassedOver(waiter, wait));
      }
    }
    keepThoseThatStood(all, now.minus(atLeast), looks);
    if (all.isEmpty()) {
      return List.of(); // The usual case.
    }
    Set<String> locks = new HashSet<>();
    all.values().forEach(passed -> locks.add(passed.wait.resource()));
    for (Observation look : looks) {
      read(look, all, locks);
    }
    return all.values().stream()
        .filter(passed -> passed.length(now).compareTo(atLeast) >= 0)
        .toList();
  }

  /** Drops those that the newest of the looks that are old enough does not show in their waits. */
  private static void keepThoseThatStood(
      Map<Long, PassedOver> all, Instant then, List<Observation> looks) {
    Set<Long> stood = new HashSet<>();
    for (int i = looks.size() - 1; i >= 0; i--) {
      if (!looks.get(i).time().isAfter(then)) {
        for (ObservedThread thread : looks.get(i).threads()) {
          PassedOver passed = all.get(thread.id());
          if (passed != null && passed.isStill(thread)) {
            stood.add(thread.id());
          }
        }
        break;
      }
    }
    all.keySet().retainAll(stood);
  }

  private static void read(Observation look, Map<Long, PassedOver> all, Set<String> locks) {
    Map<String, Set<Long>> holders = new HashMap<>();
    for (Resource resource : look.resources()) {
      if (locks.contains(resource.id())) {
        holders.put(resource.id(), ObservationIndex.holders(resource.release()));
      }
    }
    Map<String, Set<Long>> waiters = new HashMap<>();
    Set<PassedOver> stand = new HashSet<>();
    for (ObservedThread thread : look.threads()) {
      Wait wait = thread.currentWait();
      if (wait != null && locks.contains(wait.resource())) {
        waiters.computeIfAbsent(wait.resource(), lock -> new HashSet<>()).add(thread.id());
        PassedOver passed = all.get(thread.id());
        if (passed != null && passed.isStill(thread)) {
          stand.add(passed);
        }
      }
    }
    for (PassedOver passed : all.values()) {
      String lock = passed.wait.resource();
      if (stand.contains(passed)) {
        passed.see(
            look, holders.getOrDefault(lock, Set.of()), waiters.getOrDefault(lock, Set.of()));
      } else {
        passed.forget();
      }
    }
  }

  private boolean isStill(ObservedThread then) {
    Wait earlier = then.currentWait();
    return earlier != null && earlier.isStill(wait);
  }

  private void forget() {
    since = null;
    times = 0;
    by.clear();
    hadIt.clear();
  }

  private void see(Observation look, Set<Long> holders, Set<Long> waiters) {
    if (since == null) {
      since = look.time();
      ahead = waiters;
      before = holders;
      return;
    }
    if (holders.isEmpty()) {
      return; // Nobody has it, or it is not known who: nothing to compare with.
    }
    for (long holder : holders) {
      // Whoever has had it once does not stand before the waiter any more.
      boolean cameBefore = ahead.contains(holder) && !hadIt.contains(holder);
      if (holder != waiter.id() && !before.isEmpty() && !before.contains(holder) && !cameBefore) {
        by.add(holder);
        times++;
      }
    }
    hadIt.addAll(holders);
    before = holders;
  }

  ObservedThread waiter() {
    return waiter;
  }

  /** How long it has been seen in the very same wait. */
  Duration length(Instant now) {
    return since == null ? Duration.ZERO : Duration.between(since, now);
  }

  /** How often somebody held the lock who had come later. */
  int times() {
    return times;
  }

  /** Who they were, by id. */
  Set<Long> by() {
    return by;
  }
}
