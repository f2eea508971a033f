package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One knot of the newest look, with all that a finding about it needs: its threads in the order in
 * which they wait for each other, since when they stand, and whether that is proven.
 */
final class StuckThreads {

  /*
   * Proof: the same members stood in the look before, each in the very same wait (same resource,
   * same turn), and the graph of that look could not be reduced past them either. A thread that
   * only looks stuck has a turn that moved on.
   */
  private final Observation latest;
  private final ObservationIndex index;
  private final Knot knot;
  private final boolean proven;
  private final Instant since;

  private StuckThreads(Knot knot, Timeline timeline) {
    this.latest = timeline.latest();
    this.index = timeline.look().index();
    this.knot = knot;
    this.proven = timeline.previous().map(this::stoodIn).orElse(false);
    this.since = beginning(timeline);
  }

  /**
   * The knots of the newest look whose members all have stacks. Without one a knot cannot be told
   * from another in the same pool, and a live source takes stacks of what it suspects anyway.
   */
  static List<StuckThreads> of(Timeline timeline) {
    List<StuckThreads> stuck = new ArrayList<>();
    for (Knot knot : timeline.look().graph().knots()) {
      StuckThreads threads = new StuckThreads(knot, timeline);
      if (threads.members().stream().noneMatch(member -> member.stack().isEmpty())) {
        stuck.add(threads);
      }
    }
    return stuck;
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
    return latest.threads().stream()
        .filter(thread -> knot.victims().contains(thread.id()))
        .toList();
  }

  /** The members, each before the one that it waits for as far as they form a ring. */
  List<ObservedThread> members() {
    Map<Long, ObservedThread> ordered = new LinkedHashMap<>();
    for (long start : knot.members()) {
      ObservedThread thread = index.thread(start);
      while (thread != null && ordered.putIfAbsent(thread.id(), thread) == null) {
        thread = nextMember(thread);
      }
    }
    return List.copyOf(ordered.values());
  }

  /** What the members wait for and hold among themselves. */
  List<Resource> resources() {
    Map<String, Resource> ordered = new LinkedHashMap<>();
    for (ObservedThread member : members()) {
      heldInKnot(member).forEach(resource -> ordered.put(resource.id(), resource));
    }
    for (ObservedThread member : members()) {
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
    Set<Long> holders = ObservationIndex.holders(waitedFor(member).release());
    return members().stream()
        .filter(other -> holders.contains(other.id()))
        .map(Words::name)
        .toList();
  }

  /** The finding that these threads make. */
  Finding finding(
      String type, String headline, List<String> explanation, List<NextStep> nextSteps) {
    return new Finding(
        Signature.id(type, signature()),
        type,
        Finding.State.OPENED,
        proven ? Certainty.PROVEN : Certainty.SUSPECTED,
        Severity.CRITICAL,
        headline,
        since,
        latest.time(),
        latest.jvm(),
        participants(),
        resources(),
        pools(),
        explanation,
        nextSteps,
        limits());
  }

  private List<String> signature() {
    List<String> parts = new ArrayList<>();
    for (ObservedThread member : members()) {
      Resource resource = waitedFor(member);
      parts.add(
          String.join(
              "|",
              Frames.namePattern(member.name()),
              resource.kind().label(),
              Frames.withoutHiddenNumbers(resource.className()),
              Frames.method(Frames.ownFrame(member.stack()))));
    }
    return parts;
  }

  private List<Participant> participants() {
    List<Participant> participants = new ArrayList<>();
    for (ObservedThread member : members()) {
      participants.add(
          new Participant(member, Role.MEMBER, heldInKnot(member), index.waitedFor(member)));
    }
    for (ObservedThread victim : victims()) {
      participants.add(new Participant(victim, Role.VICTIM, List.of(), index.waitedFor(victim)));
    }
    return participants;
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    if (!proven) {
      limits.add(missingForProof());
    }
    limits.addAll(latest.limits());
    return limits;
  }

  private String missingForProof() {
    boolean noEvidence = members().stream().anyMatch(member -> turn(member).isEmpty());
    return noEvidence
        ? "whether the threads made progress: this source has no count or cpu time of them"
        : "a second look: the same waits seen twice are the proof";
  }

  private static String turn(ObservedThread thread) {
    Wait wait = thread.currentWait();
    return wait == null ? "" : wait.turn();
  }

  private @Nullable ObservedThread nextMember(ObservedThread thread) {
    Collection<Long> holders = ObservationIndex.holders(waitedFor(thread).release());
    for (long member : knot.members()) {
      if (holders.contains(member)) {
        return index.thread(member);
      }
    }
    return null;
  }

  private boolean stoodIn(Look earlier) {
    return sameWaitsIn(earlier.index()) && allStuckIn(earlier.graph());
  }

  private boolean sameWaitsIn(ObservationIndex earlier) {
    for (long id : knot.members()) {
      ObservedThread now = index.thread(id);
      ObservedThread then = earlier.thread(id);
      Wait waitNow = now == null ? null : now.currentWait();
      Wait waitThen = then == null ? null : then.currentWait();
      if (waitNow == null || waitThen == null || !waitThen.isStill(waitNow)) {
        return false;
      }
    }
    return true;
  }

  private boolean allStuckIn(WaitForGraph earlier) {
    return knot.members().stream().allMatch(earlier::isStuck);
  }

  /** The last member's wait closed the knot; where beginnings are unknown, the look that saw it. */
  private Instant beginning(Timeline timeline) {
    Instant last = Instant.MIN;
    for (long id : knot.members()) {
      ObservedThread member = index.thread(id);
      Wait wait = member == null ? null : member.currentWait();
      Instant began = wait == null ? null : wait.since();
      if (began == null) {
        return proven
            ? timeline.previous().map(look -> look.observation().time()).orElse(latest.time())
            : latest.time();
      }
      last = began.isAfter(last) ? began : last;
    }
    return last.isAfter(latest.time()) ? latest.time() : last;
  }
}
