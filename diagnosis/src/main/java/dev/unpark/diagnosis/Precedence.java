package dev.unpark.diagnosis;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One trouble, one finding: what a finding already explains is not told a second time in the words
 * of a vaguer one.
 *
 * <p>A pool whose workers are deadlocked has no free worker either, and whoever loads an entry that
 * everybody waits for holds a lock for long. Both detectors are right, and only one of them says
 * what to do.
 */
final class Precedence {

  /*
   * From the cause to what follows from it. Kinds that say nothing of each other, such as two
   * deadlocks, or a convoy beside an exhausted pool, both stand.
   */
  private static final Map<String, Set<String>> EXPLAINS =
      Map.ofEntries(
          explains("deadlock", Vague.AND_COMMON_POOL),
          explains("starvation-deadlock", Vague.AND_WHERE),
          explains("lost-wakeup", Vague.AND_ORPHANS),
          explains("orphaned-wait", Vague.ALL),
          explains("resource-pool-starvation", Vague.AND_ORPHANS),
          explains("backpressure-collapse", Set.of("pool-exhaustion")),
          explains("cache-stampede", Vague.ALL),
          explains("class-loading-bottleneck", Vague.ALL),
          explains("logging-bottleneck", Vague.ALL),
          explains("priority-inversion", Vague.ALL),
          explains("carrier-starvation", Vague.AND_PINNING),
          explains("common-pool-blocked", Vague.ALL),
          explains("event-loop-blocked", Vague.ALL),
          explains("finalizer-blocked", Vague.ALL),
          explains("livelock", Vague.ALL),
          explains("thread-leak", Vague.STUCK),
          explains("long-hold", Vague.STUCK),
          explains("lock-convoy", Vague.AND_STARVATION),
          explains("pool-exhaustion", Vague.STUCK));

  /** Kinds that say that something stands still, and less of why. */
  private static final class Vague {
    static final Set<String> STUCK = Set.of("stuck-thread");
    static final Set<String> ALL =
        Set.of("stuck-thread", "pool-exhaustion", "lock-convoy", "long-hold", "lock-starvation");
    static final Set<String> AND_STARVATION = Set.of("stuck-thread", "lock-starvation");
    static final Set<String> AND_PINNING = and("virtual-thread-pinning");
    static final Set<String> AND_ORPHANS = and("orphaned-wait");
    static final Set<String> AND_COMMON_POOL = and("orphaned-wait", "common-pool-blocked");
    static final Set<String> AND_WHERE =
        and("orphaned-wait", "common-pool-blocked", "event-loop-blocked");

    private static Set<String> and(String... others) {
      Set<String> kinds = new HashSet<>(ALL);
      kinds.addAll(List.of(others));
      return Set.copyOf(kinds);
    }
  }

  private Precedence() {}

  private static Map.Entry<String, Set<String>> explains(String type, Set<String> others) {
    return Map.entry(type, others);
  }

  /**
   * The findings of one look without those that another one of them explains, or one that is still
   * open: a cause that one look does not show has not gone yet.
   */
  static List<Finding> apply(List<Finding> found, Collection<Finding> open) {
    List<Finding> told = new ArrayList<>();
    for (Finding finding : found) {
      if (Stream.concat(found.stream(), open.stream())
          .noneMatch(other -> explains(other, finding))) {
        told.add(finding);
      }
    }
    return told;
  }

  private static boolean explains(Finding cause, Finding finding) {
    return EXPLAINS.getOrDefault(cause.type(), Set.of()).contains(finding.type())
        && cause.severity().compareTo(finding.severity()) <= 0
        && isSameTrouble(cause, finding);
  }

  /** Whether both are about the same lock or pool, or the one holds all threads of the other. */
  private static boolean isSameTrouble(Finding cause, Finding finding) {
    return meet(cause.resources(), finding.resources(), Resource::id)
        || meet(cause.executors(), finding.executors(), ExecutorState::id)
        || threads(cause, false).containsAll(threads(finding, true));
  }

  private static <T> boolean meet(List<T> some, List<T> others, Function<T, String> id) {
    Set<String> ids = new HashSet<>();
    some.forEach(one -> ids.add(id.apply(one)));
    return others.stream().map(id).anyMatch(ids::contains);
  }

  /** Threads that take part; a finding that names none is never covered by another's threads. */
  private static Set<Long> threads(Finding finding, boolean withoutVictims) {
    Set<Long> ids = new HashSet<>();
    for (Participant participant : finding.participants()) {
      if (!withoutVictims || participant.role() != Role.VICTIM) {
        ids.add(participant.thread().id());
      }
    }
    return withoutVictims && ids.isEmpty() ? Collections.singleton(Long.MIN_VALUE) : ids;
  }
}
