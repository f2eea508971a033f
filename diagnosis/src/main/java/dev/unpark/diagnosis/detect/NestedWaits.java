package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Threads that wait for the result of a computation from within a computation of the same kind: a
 * cache whose loader asks the cache, a factory whose product asks the factory.
 */
final class NestedWaits {

  /*
   * Whoever computes such a result stands in the method that computes; whoever waits for one stands
   * in it as well. A thread that stands in it twice computes one result and waits for another. Where
   * nobody stands in it who does not wait so, each of these results is owed by one of those who wait:
   * the thread itself, or the next one. Nothing names who computes which, so other ways for a result
   * to come have to be ruled out: a thread that works, or a loop through which an answer comes in.
   */
  private static final Set<ResourceKind> RESULTS =
      EnumSet.of(
          ResourceKind.FUTURE,
          ResourceKind.LATCH,
          ResourceKind.CONDITION,
          ResourceKind.NOTIFICATION,
          ResourceKind.SYNCHRONIZER,
          ResourceKind.OTHER);

  private final Timeline timeline;
  private final Look look;

  /** Who waits so, and the method in which it stands twice. */
  private final Map<ObservedThread, String> nested = new LinkedHashMap<>();

  private NestedWaits(Timeline timeline) {
    this.timeline = timeline;
    this.look = timeline.look();
  }

  static Optional<Finding> examine(String type, Timeline timeline, Thresholds thresholds) {
    NestedWaits waits = new NestedWaits(timeline);
    waits.gather();
    if (waits.nested.isEmpty()) {
      return Optional.empty();
    }
    Stance standing = Stance.of(waits.nested.keySet(), timeline);
    return standing.isTold(timeline, thresholds) && !waits.mayBeServed(standing)
        ? Optional.of(waits.finding(type, standing))
        : Optional.empty();
  }

  private void gather() {
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = look.index().waitedFor(thread);
      if (resource != null
          && RESULTS.contains(resource.kind())
          && resource.release() instanceof Release.Unknown
          && !look.facts(thread).isIn(StackTag.CONNECTION_POOL)
          && !look.facts(thread).isIn(StackTag.PUTS)
          && Activity.of(thread, look) == Activity.WAITS) {
        String method = look.facts(thread).reentered();
        if (!method.isEmpty()) {
          nested.put(thread, method);
        }
      }
    }
  }

  private boolean mayBeServed(Stance standing) {
    Map<Long, ObservedThread> caught = new LinkedHashMap<>();
    nested.keySet().forEach(thread -> caught.put(thread.id(), thread));
    new Queues(look).addAllBehind(caught);
    Set<String> methods = new HashSet<>(nested.values());
    Set<String> classes = new HashSet<>();
    Set<String> awaited = new HashSet<>();
    for (ObservedThread thread : nested.keySet()) {
      classes.addAll(look.facts(thread).ownClasses());
      Resource resource = look.index().waitedFor(thread);
      awaited.add(resource == null ? "" : resource.id());
    }
    for (ObservedThread thread : look.observation().threads()) {
      if (!caught.containsKey(thread.id())
          && !waitsForOneOf(thread, awaited)
          && !look.graph().isStuck(thread.id())
          && mayServe(thread, methods, classes, standing)) {
        return true;
      }
    }
    return false;
  }

  private boolean waitsForOneOf(ObservedThread thread, Set<String> awaited) {
    Resource resource = look.index().waitedFor(thread);
    // Which thread's end is waited for, a dump does not tell; that of an idle one is no use either.
    return resource != null
        && (awaited.contains(resource.id()) || resource.kind() == ResourceKind.THREAD_END);
  }

  private boolean mayServe(
      ObservedThread thread, Set<String> methods, Set<String> classes, Stance standing) {
    StackFacts facts = look.facts(thread);
    if (facts.has(StackTag.EVENT_LOOP)
        || facts.isIn(StackTag.BLOCKING_IO)
        || facts.isIn(StackTag.BLOCKING_SOCKET)
        || !Collections.disjoint(look.facts(thread).ownMethods(), methods)) {
      return true;
    }
    return switch (Activity.of(thread, look)) {
      case IDLE -> false;
      case RESTS -> facts.runsTask();
      case WAITS, WORKS ->
          standing.looks() < 2
              || facts.runsTask()
              || !isMain(thread) && !Collections.disjoint(look.facts(thread).ownClasses(), classes);
    };
  }

  /** What begins a program shares its code with everything, and waits for its end. */
  private boolean isMain(ObservedThread thread) {
    return Activity.of(thread, look) == Activity.WAITS && Signallers.isMain(thread);
  }

  private Finding finding(String type, Stance standing) {
    List<ObservedThread> members = List.copyOf(nested.keySet());
    List<String> names = members.stream().map(Words::name).toList();
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.CRITICAL,
            look,
            names.size() == 1
                ? names.get(0) + " waits for a result that it is to compute itself"
                : names.size()
                    + " threads wait for results that they owe each other: "
                    + Words.list(names));
    nested.forEach(
        (member, method) -> {
          suspicion.with(Role.MEMBER, member).signedBy(member);
          suspicion.because(
              "%s stands in %s twice: it computes a result there, and waits for one at %s"
                  .formatted(Words.name(member), Frames.brief(method), Words.place(member)));
        });
    return suspicion
        .because("no other thread stands there, and none works that might bring a result")
        .unseen("who computes which result: nothing names it")
        .unseen(Words.FROM_OUTSIDE)
        .now("restart this instance; interrupting one of them fails its computation")
        .cause(
            "a computation asks for another of its own kind: "
                + Words.list(members.stream().map(Words::place).distinct().toList()))
        .fix(
            "compute what is needed before asking, or outside the cache or factory; never ask for"
                + " an entry while loading one")
        .since(standing.since())
        .finding();
  }
}
