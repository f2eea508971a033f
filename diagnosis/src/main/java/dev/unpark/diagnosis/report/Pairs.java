package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts who waits beside who is waited for, so that both stacks are read together, and those who do
 * the same into one.
 */
public final class Pairs {
  /**
   * Two that belong together.
   *
   * @param waiter who waits, or who stands alone
   * @param owner who holds what it waits for, or null
   * @param alike how many more have the waiter's role and stack
   */
  public record Pair(Participant waiter, @Nullable Participant owner, int alike) {}

  /** What makes two participants one entry. */
  private record Likeness(String role, List<String> stack) {
    static Likeness of(Participant participant) {
      return new Likeness(participant.role().label(), participant.thread().stack());
    }
  }

  private final Map<Long, Participant> byId = new LinkedHashMap<>();
  private final Map<Likeness, Integer> count = new LinkedHashMap<>();
  private final Set<Long> shown = new HashSet<>();
  private final Set<Likeness> told = new HashSet<>();
  private final Set<Long> owners = new HashSet<>();

  private Pairs(Finding finding) {
    finding.participants().forEach(p -> byId.putIfAbsent(p.thread().id(), p));
    byId.values().forEach(p -> owners.addAll(holders(p)));
  }

  /** Every participant, itself or by one of its like, in the finding's order. */
  public static List<Pair> of(Finding finding) {
    Pairs pairs = new Pairs(finding);
    for (Participant participant : pairs.byId.values()) {
      if (!pairs.isOwner(participant)) {
        pairs.count.merge(Likeness.of(participant), 1, Integer::sum);
      }
    }
    List<Pair> all = new ArrayList<>();
    for (Participant participant : pairs.byId.values()) {
      Pair pair = pairs.next(participant);
      if (pair != null) {
        all.add(pair);
      }
    }
    return all;
  }

  /** The pair that this participant opens, or null when it has been told of. */
  private @Nullable Pair next(Participant first) {
    if (!shown.add(first.thread().id()) || isToldOf(first)) {
      return null;
    }
    Participant owner = other(holders(first));
    if (owner != null) {
      return pair(first, owner);
    }
    for (Participant waiter : byId.values()) {
      if (holders(waiter).contains(first.thread().id()) && isFresh(waiter) && !isToldOf(waiter)) {
        shown.add(waiter.thread().id());
        return pair(waiter, first);
      }
    }
    return pair(first, null);
  }

  private Pair pair(Participant waiter, @Nullable Participant owner) {
    if (owner != null) {
      shown.add(owner.thread().id());
    }
    Likeness likeness = Likeness.of(waiter);
    if (isOwner(waiter)) {
      return new Pair(waiter, owner, 0);
    }
    told.add(likeness);
    return new Pair(waiter, owner, count.getOrDefault(likeness, 1) - 1);
  }

  /** Who holds something here is never merely one of many. */
  private boolean isOwner(Participant participant) {
    return owners.contains(participant.thread().id());
  }

  private boolean isToldOf(Participant participant) {
    return !isOwner(participant) && told.contains(Likeness.of(participant));
  }

  private boolean isFresh(Participant participant) {
    return !shown.contains(participant.thread().id());
  }

  private @Nullable Participant other(Set<Long> holders) {
    for (long holder : holders) {
      Participant owner = byId.get(holder);
      if (owner != null && isFresh(owner)) {
        return owner;
      }
    }
    return null;
  }

  private static Set<Long> holders(Participant participant) {
    Resource wanted = participant.waitsFor();
    return wanted == null ? Set.of() : ObservationIndex.holders(wanted.release());
  }
}
