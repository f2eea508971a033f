package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * One knot of the newest look, with all that a finding about it needs: its threads in the order in
 * which they wait for each other, since when they stand, and whether that is proven.
 */
final class StuckThreads {

  /** More knots than this are counted, not told one by one. */
  static final int MOST_KNOTS = 50;

  private static final Set<ResourceKind> FUTURES = EnumSet.of(ResourceKind.FUTURE);
  private static final Set<ResourceKind> NOTIFICATIONS = EnumSet.of(ResourceKind.NOTIFICATION);

  /*
   * A dump is all that its reader has, so what it shows is told at once. A live look is put together
   * while the threads run: two locks that were read one after the other may show a ring that never
   * was. The next look is a moment away, and only what it still shows is told.
   */
  private final Observation latest;
  private final ObservationIndex index;
  private final Knot knot;
  private final boolean believed;
  private final List<ObservedThread> members;
  private final List<ObservedThread> victims;
  private final boolean stood;
  private final boolean proven;

  /** Who may complete, by hand, what a member waits for. */
  private final List<ObservedThread> hands;

  private final boolean bearsOtherAddresses;
  private final Instant since;
  private final int untold;

  private StuckThreads(Knot knot, boolean believed, Timeline timeline, int untold) {
    this.believed = believed;
    this.latest = timeline.latest();
    this.index = timeline.look().index();
    this.knot = knot;
    this.untold = untold;
    this.members = inOrder(knot.members());
    this.victims = knot.victims().stream().map(this::seen).toList();
    Optional<Look> previous = timeline.previous();
    KnotBefore before = new KnotBefore(knot, members, believed, index);
    this.stood = previous.map(before::stoodIn).orElse(false);
    this.hands = ByHand.of(members, victims, timeline.look());
    this.proven =
        !believed && stood && hands.isEmpty() && previous.map(before::inTheSameTurns).orElse(false);
    this.bearsOtherAddresses = !stood && previous.map(before::atTheSameLines).orElse(false);
    this.since = beginning(timeline);
  }

  /**
   * The knots of the newest look: those that the look before has shown, too, and those of a dump.
   * Only the section of a deadlock may be left of one, and even no stack in it.
   */
  static List<StuckThreads> of(Timeline timeline) {
    return of(timeline.look().graph().knots(), false, timeline);
  }

  /**
   * The knots that only stand if those who are believed to end a wait are the only ones who can.
   * They must have stood for a while.
   */
  static List<StuckThreads> believed(Timeline timeline, Thresholds thresholds) {
    List<Knot> knots = new ArrayList<>();
    for (Knot knot : timeline.look().believedGraph().knots()) {
      if (knot.members().stream().noneMatch(timeline.look().graph()::isStuck)) {
        knots.add(knot);
      }
    }
    List<StuckThreads> stuck = of(knots, true, timeline);
    stuck.removeIf(threads -> !threads.isTold(timeline, thresholds));
    return stuck;
  }

  /** An object that is notified is at hand for many: a belief about who does needs more time. */
  private boolean isTold(Timeline timeline, Thresholds thresholds) {
    Stance stance = Stance.of(members, timeline);
    return waitsFor(NOTIFICATIONS)
        ? stance.isTold(timeline, thresholds)
        : stance.isToldAsRing(timeline, thresholds);
  }

  private static List<StuckThreads> of(List<Knot> knots, boolean believed, Timeline timeline) {
    List<StuckThreads> stuck = new ArrayList<>();
    int told = Math.min(MOST_KNOTS, knots.size());
    for (Knot knot : knots.subList(0, told)) {
      int untold = stuck.isEmpty() ? knots.size() - told : 0;
      StuckThreads threads = new StuckThreads(knot, believed, timeline, untold);
      if (threads.stood || threads.isFromDump()) {
        stuck.add(threads);
      }
    }
    return stuck;
  }

  private boolean isFromDump() {
    return members.stream().allMatch(member -> member.evidence() != null);
  }

  /** The threads, each before the one that it waits for as far as they form a ring. */
  private List<ObservedThread> inOrder(SortedSet<Long> ids) {
    Map<String, Optional<ObservedThread>> holderOf = new HashMap<>();
    Map<Long, ObservedThread> ordered = new LinkedHashMap<>();
    for (long start : ids) {
      ObservedThread thread = seen(start);
      while (thread != null && ordered.putIfAbsent(thread.id(), thread) == null) {
        Resource waitedFor = waitedFor(thread);
        thread =
            holderOf.computeIfAbsent(waitedFor.id(), id -> firstHolder(waitedFor)).orElse(null);
      }
    }
    return List.copyOf(ordered.values());
  }

  private Optional<ObservedThread> firstHolder(Resource resource) {
    return enders(resource).stream()
        .filter(knot.members()::contains)
        .min(Long::compare)
        .map(this::seen);
  }

  /** Who holds it, or is believed to. */
  private static Set<Long> enders(Resource resource) {
    return resource.release() instanceof Release.Believed believed
        ? believed.threads()
        : ObservationIndex.holders(resource.release());
  }

  /** Whether one of the members waits for a resource of these kinds. */
  boolean waitsFor(Set<ResourceKind> kinds) {
    return members.stream().anyMatch(member -> kinds.contains(waitedFor(member).kind()));
  }

  /** Whether one of the members waits for a future, which anybody may cancel. */
  boolean waitsForFuture() {
    return waitsFor(FUTURES);
  }

  private ObservedThread seen(long id) {
    return Objects.requireNonNull(index.thread(id), "who is stuck was seen");
  }

  /** Whether a pool that can serve nobody is part of the knot. */
  boolean throughPool() {
    return !knot.executors().isEmpty();
  }

  /** The pools of the knot. */
  List<ExecutorState> pools() {
    return latest.executors().stream()
        .filter(executor -> knot.executors().contains(executor.id()))
        .toList();
  }

  /** The threads that are stuck because of the members. */
  List<ObservedThread> victims() {
    return victims;
  }

  /** The members, each before the one that it waits for as far as they form a ring. */
  List<ObservedThread> members() {
    return members;
  }

  /** What the members wait for and hold among themselves. */
  List<Resource> resources() {
    Map<String, Resource> ordered = new LinkedHashMap<>();
    for (ObservedThread member : members) {
      heldInKnot(member).forEach(resource -> ordered.put(resource.id(), resource));
    }
    for (ObservedThread member : members) {
      Resource waitedFor = index.waitedFor(member);
      if (waitedFor != null) {
        ordered.put(waitedFor.id(), waitedFor);
      }
    }
    return List.copyOf(ordered.values());
  }

  Resource waitedFor(ObservedThread member) {
    return Objects.requireNonNull(index.waitedFor(member), "a member waits for something");
  }

  List<Resource> heldInKnot(ObservedThread member) {
    return index.heldBy(member.id()).stream()
        .filter(resource -> knot.resources().contains(resource.id()))
        .toList();
  }

  /** Names of the members that hold what this one waits for. */
  List<String> holderNames(ObservedThread member) {
    return enders(waitedFor(member)).stream()
        .filter(knot.members()::contains)
        .sorted()
        .map(holder -> Words.name(seen(holder)))
        .toList();
  }

  /** The finding that these threads make. */
  Finding finding(
      String type, String headline, List<String> explanation, List<NextStep> nextSteps) {
    return new KnotFinding(this).told(type, headline, explanation, nextSteps);
  }

  Observation latest() {
    return latest;
  }

  /** Whether it rests on who is believed to end a wait. */
  boolean isBelieved() {
    return believed;
  }

  /** Whether the look before shows it, too. */
  boolean stood() {
    return stood;
  }

  /** Who may complete by hand, unseen, what a member waits for. */
  List<ObservedThread> hands() {
    return hands;
  }

  /**
   * Whether nobody outside can end it, and none of its threads has gone on since the look before.
   */
  boolean isProven() {
    return proven;
  }

  /**
   * Whether the look before shows these threads at these lines, before locks of other addresses.
   */
  boolean bearsOtherAddresses() {
    return bearsOtherAddresses;
  }

  Instant since() {
    return since;
  }

  /** How many more knots there are that are not told one by one. */
  int untold() {
    return untold;
  }

  /** The last member's wait closed the knot; where beginnings are unknown, the look that saw it. */
  private Instant beginning(Timeline timeline) {
    Instant last = Instant.MIN;
    for (ObservedThread member : members) {
      Wait wait = member.currentWait();
      Instant began = wait == null ? null : wait.since();
      if (began == null) {
        return stood
            ? timeline.previous().map(look -> look.observation().time()).orElse(latest.time())
            : latest.time();
      }
      last = began.isAfter(last) ? began : last;
    }
    return last.isAfter(latest.time()) ? latest.time() : last;
  }
}
