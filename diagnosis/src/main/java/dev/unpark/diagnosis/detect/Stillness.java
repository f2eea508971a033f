package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A JVM in which nothing works any more, and threads still wait for results. */
final class Stillness {

  /*
   * What ends a wait for a result is work, a timer, or something that comes in from outside. Where
   * every other thread is idle or waits itself, without a timeout, and none selects, accepts or reads
   * for somebody outside, there is none of the three.
   *
   * That is no trouble where nobody misses the result: a lone main keeps the JVM alive, and who waits
   * for a mere signal may be idle in a queue of the user's own. So it takes a task of a pool, somebody
   * who waits for the thread in turn, or a wait for a result proper. A thread that rests, be it main,
   * may come back and open a gate, if it is in the same code.
   */
  private static final Set<ResourceKind> RESULTS =
      EnumSet.of(ResourceKind.FUTURE, ResourceKind.LATCH, ResourceKind.BARRIER);

  private static final Set<ResourceKind> SIGNALS =
      EnumSet.of(
          ResourceKind.CONDITION,
          ResourceKind.NOTIFICATION,
          ResourceKind.SYNCHRONIZER,
          ResourceKind.OTHER);

  private final Timeline timeline;
  private final Look look;
  private final Map<Long, ObservedThread> waiting = new LinkedHashMap<>();

  /** The classes that those who wait are in. */
  private final Set<String> code = new HashSet<>();

  private Stillness(Timeline timeline) {
    this.timeline = timeline;
    this.look = timeline.look();
  }

  static Optional<Finding> examine(String type, Timeline timeline, Thresholds thresholds) {
    Stillness stillness = new Stillness(timeline);
    stillness.gather();
    if (stillness.waiting.isEmpty()) {
      return Optional.empty();
    }
    Stance standing = Stance.of(stillness.waiting.values(), timeline);
    // In one dump, threads that have only just been woken look as if they waited.
    return standing.looks() > 1
            && standing.isTold(timeline, thresholds)
            && stillness.isStill(standing)
            && stillness.isMissed()
        ? Optional.of(stillness.finding(type, standing))
        : Optional.empty();
  }

  private void gather() {
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = look.index().waitedFor(thread);
      if (resource != null
          && (RESULTS.contains(resource.kind()) || SIGNALS.contains(resource.kind()))
          && resource.release() instanceof Release.Unknown
          && !thread.stack().isEmpty()
          && !look.facts(thread).isIn(StackTag.PUTS)
          && Activity.of(thread, look) == Activity.WAITS) {
        waiting.put(thread.id(), thread);
      }
    }
  }

  private boolean isMissed() {
    Queues queues = new Queues(look);
    return waiting.values().stream().anyMatch(thread -> isMissed(thread, queues));
  }

  private boolean isMissed(ObservedThread thread, Queues queues) {
    Resource resource = look.index().waitedFor(thread);
    return look.facts(thread).runsTask()
        || resource != null && RESULTS.contains(resource.kind()) && !Signallers.isMain(thread)
        || !queues.behind(thread).isEmpty();
  }

  private boolean isStill(Stance standing) {
    waiting.values().forEach(thread -> code.addAll(look.facts(thread).ownClasses()));
    for (ObservedThread thread : look.observation().threads()) {
      if (!waiting.containsKey(thread.id()) && mayAct(thread, standing)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayAct(ObservedThread thread, Stance standing) {
    StackFacts facts = look.facts(thread);
    return switch (Activity.of(thread, look)) {
      case IDLE ->
          facts.has(StackTag.SELECTS)
              || facts.has(StackTag.EVENT_LOOP)
              || facts.has(StackTag.BLOCKING_SOCKET)
              || thread.state() == ThreadState.RUNNABLE
                  && !thread.stack().isEmpty()
                  && !isOfTheJvm(thread)
              || thread.state() == ThreadState.TIMED_WAITING && facts.has(StackTag.WORKER);
      case RESTS ->
          !Signallers.isMain(thread)
              || !Collections.disjoint(code, look.facts(thread).ownClasses());
      case WAITS -> !isBehind(thread);
      case WORKS -> !thread.stack().isEmpty() || !hasNotRun(thread, standing);
    };
  }

  /** Such as the thread that hands references over: it runs, or seems to, in every JVM. */
  private boolean isOfTheJvm(ObservedThread thread) {
    return look.facts(thread).has(StackTag.REFERENCES);
  }

  /** Whether it waits for what those who wait have, for the end of threads, or is stuck. */
  private boolean isBehind(ObservedThread thread) {
    Resource resource = look.index().waitedFor(thread);
    return look.graph().isStuck(thread.id())
        || resource != null
            && (resource.kind() == ResourceKind.THREAD_END || resource.kind().isLock());
  }

  /** Of the JVM's own threads there are no stacks. */
  private boolean hasNotRun(ObservedThread thread, Stance standing) {
    ObservedThread then =
        timeline.previous().map(before -> before.index().thread(thread.id())).orElse(null);
    return standing.looks() > 1
        && then != null
        && then.traits().cpuNanos() != ThreadTraits.UNKNOWN_CPU
        && then.traits().cpuNanos() == thread.traits().cpuNanos();
  }

  private Finding finding(String type, Stance standing) {
    List<ObservedThread> members = List.copyOf(waiting.values());
    List<String> names = members.stream().map(Words::name).toList();
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.WARNING,
            look,
            "%s for what nobody works on: %s"
                .formatted(
                    Words.counted(names.size(), "thread")
                        + (names.size() == 1 ? " waits" : " wait"),
                    Words.list(names)));
    List<ObservedThread> behind = new ArrayList<>();
    for (ObservedThread thread : look.observation().threads()) {
      if (!waiting.containsKey(thread.id()) && Activity.of(thread, look) == Activity.WAITS) {
        behind.add(thread);
      }
    }
    for (ObservedThread member : members) {
      Resource resource = look.index().waitedFor(member);
      suspicion.with(Role.MEMBER, member).signedBy(member);
      suspicion.because(
          "%s waits for %s, at %s"
              .formatted(
                  Words.name(member),
                  resource == null ? "something" : Words.label(resource),
                  Words.place(member)));
    }
    suspicion.with(Role.VICTIM, behind);
    return suspicion
        .because(
            "every other thread of this JVM is idle or waits too, none has a timer set, and none"
                + " serves or asks anybody outside")
        .unseen("who was to end these waits; and whether one of them is meant to last")
        .now("find out what was to end the first of these waits, and whether it ever began")
        .cause(
            "waits without a timeout for what was dropped, failed or is owed by the waiter itself: "
                + Words.list(members.stream().map(Words::place).distinct().toList()))
        .fix("wait with a timeout, and complete what is waited for wherever its work can end")
        .since(standing.since())
        .finding();
  }
}
