package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A wait for a signal that, as stacks and held locks tell, nobody is left to give.
 *
 * @param waiters who waits for it
 * @param behind who waits for what the waiters hold
 * @param severity how urgent that is
 * @param headline what is wrong
 * @param reasons why, one sentence each
 * @param standing since when
 */
record SilentSignal(
    List<ObservedThread> waiters,
    List<ObservedThread> behind,
    Severity severity,
    String headline,
    List<String> reasons,
    Stance standing) {

  /*
   * Three shapes tell themselves in a dump. Nested monitor lockout: a thread waits for a signal with
   * another lock in its hand, and a thread of the same code needs that lock. Waiting in one set:
   * threads that came to it by different methods wait for the same condition, each of them whom the
   * others wait for; with everyone who shares their code among them, the last signal woke the wrong
   * one. Unless something is seen to suffer, consumers of different things that have nothing to do
   * look the same, and that is no more than a warning. Full queues: threads wait for room in them,
   * and no thread is left that could take; those who take wait for room themselves, or have ended.
   *
   * Whoever waits for a peer's answer is signalled from outside this JVM, whatever the others do.
   */

  static List<SilentSignal> of(Timeline timeline, Thresholds thresholds) {
    Look look = timeline.look();
    Map<String, List<ObservedThread>> sets = new LinkedHashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = untimed(thread, look);
      if (resource != null && isSignal(resource)) {
        sets.computeIfAbsent(resource.id(), id -> new ArrayList<>()).add(thread);
      }
    }
    if (sets.isEmpty()) {
      return List.of();
    }
    List<SilentSignal> silent = new ArrayList<>();
    Queues queues = new Queues(look);
    Signallers signallers = new Signallers(look);
    for (List<ObservedThread> set : sets.values()) {
      SilentSignal lockout = lockout(set, queues, signallers, timeline);
      SilentSignal signal = lockout == null ? oneSet(set, queues, signallers, timeline) : lockout;
      boolean told =
          signal != null
              && (signal == lockout && lockout.severity == Severity.CRITICAL
                  ? signal.standing.isToldAsRing(timeline, thresholds)
                  : signal.standing.isTold(timeline, thresholds));
      if (told) {
        silent.add(signal);
      }
    }
    SilentSignal full = fullQueues(sets.values(), timeline);
    if (full != null && full.standing.isTold(timeline, thresholds)) {
      silent.add(full);
    }
    return silent;
  }

  /**
   * Threads that wait for another to end, while a thread of the same code needs what they hold.
   * Which thread's end is waited for, a dump does not tell.
   */
  static List<SilentSignal> joins(Timeline timeline, Thresholds thresholds) {
    Look look = timeline.look();
    List<ObservedThread> joining = new ArrayList<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = untimed(thread, look);
      if (resource != null
          && resource.kind() == ResourceKind.THREAD_END
          && resource.release() instanceof Release.Unknown) {
        joining.add(thread);
      }
    }
    if (joining.isEmpty()) {
      return List.of();
    }
    List<SilentSignal> silent = new ArrayList<>();
    Queues queues = new Queues(look);
    Signallers signallers = new Signallers(look);
    for (ObservedThread thread : joining) {
      SilentSignal lockout = lockout(List.of(thread), queues, signallers, timeline);
      if (lockout != null && lockout.standing.isToldAsRing(timeline, thresholds)) {
        silent.add(lockout);
      }
    }
    return silent;
  }

  /** The beginning of the finding that it makes. */
  Suspicion suspicion(String type, Timeline timeline) {
    Suspicion suspicion = new Suspicion(type, severity, timeline.look(), headline);
    waiters.forEach(t -> suspicion.with(Role.MEMBER, t).signedBy(t));
    behind.forEach(t -> suspicion.with(Role.VICTIM, t));
    reasons.forEach(suspicion::because);
    return suspicion.since(standing.since());
  }

  private static @Nullable Resource untimed(ObservedThread thread, Look look) {
    Wait wait = thread.currentWait();
    return wait == null || wait.timed() ? null : look.index().waitedFor(thread);
  }

  private static boolean isSignal(Resource resource) {
    return resource.release() instanceof Release.Unknown
        && LostWakeupDetector.SIGNALS.contains(resource.kind());
  }

  private static @Nullable SilentSignal lockout(
      List<ObservedThread> set, Queues queues, Signallers signallers, Timeline timeline) {
    Look look = timeline.look();
    for (ObservedThread waiter : set) {
      List<ObservedThread> locked =
          queues.behind(waiter).stream().filter(thread -> needsLock(thread, look)).toList();
      if (locked.isEmpty()) {
        continue;
      }
      Set<String> code = look.facts(waiter).ownClasses();
      boolean sameCode =
          locked.stream().anyMatch(t -> !Collections.disjoint(code, look.facts(t).ownClasses()));
      List<ObservedThread> known = new ArrayList<>(set);
      known.addAll(locked);
      if (!sameCode || look.facts(waiter).isRemoteCall() || signallers.anyBeside(known, code)) {
        continue;
      }
      Resource signal = look.index().waitedFor(waiter);
      List<String> held = new ArrayList<>();
      for (ObservedThread thread : locked) {
        Resource resource = look.index().waitedFor(thread);
        if (resource != null && !held.contains(Words.label(resource))) {
          held.add(Words.label(resource));
        }
      }
      List<String> names = locked.stream().map(Words::name).toList();
      List<ObservedThread> all = new ArrayList<>(locked);
      all.add(waiter);
      return new SilentSignal(
          List.of(waiter),
          locked,
          signallers.mayComeFromOutside(code) ? Severity.WARNING : Severity.CRITICAL,
          "%s waits for %s while it holds %s, which %s"
              .formatted(
                  Words.name(waiter),
                  signal != null && signal.kind() == ResourceKind.THREAD_END
                      ? "a thread to end"
                      : "a signal",
                  Words.list(held),
                  names.size() == 1 ? names.get(0) + " needs" : names.size() + " threads need"),
          List.of(
              "%s holds %s and waits for %s, at %s"
                  .formatted(
                      Words.name(waiter),
                      Words.list(held),
                      signal == null ? "a signal" : Words.label(signal),
                      Words.place(waiter)),
              "%s, of the same code, %s it: whoever is to give the signal cannot get there"
                  .formatted(Words.list(names), names.size() == 1 ? "waits for" : "wait for")),
          Stance.of(all, timeline));
    }
    return null;
  }

  /** Whoever waits for the waiter's end needs nothing that it holds. */
  private static boolean needsLock(ObservedThread thread, Look look) {
    Resource resource = look.index().waitedFor(thread);
    return resource != null
        && resource.kind() != ResourceKind.THREAD_END
        && !look.graph().isStuck(thread.id());
  }

  private static @Nullable SilentSignal oneSet(
      List<ObservedThread> set, Queues queues, Signallers signallers, Timeline timeline) {
    Look look = timeline.look();
    Resource signal = look.index().waitedFor(set.get(0));
    if (signal == null
        || signal.kind() != ResourceKind.CONDITION && signal.kind() != ResourceKind.NOTIFICATION) {
      return null;
    }
    Set<String> errands = new HashSet<>();
    Set<String> code = new HashSet<>();
    boolean suffers = false;
    for (ObservedThread waiter : set) {
      if (Activity.of(waiter, look) != Activity.WAITS || look.facts(waiter).isRemoteCall()) {
        return null;
      }
      if (!Signallers.isMain(waiter)) {
        errands.add(Activity.entry(waiter));
      }
      code.addAll(look.facts(waiter).ownClasses());
      suffers |= look.facts(waiter).runsTask() || !queues.behind(waiter).isEmpty();
    }
    if (errands.size() < 2 || signallers.anyBeside(set, code)) {
      return null;
    }
    return new SilentSignal(
        set,
        List.of(),
        suffers && !signallers.mayComeFromOutside(code) ? Severity.CRITICAL : Severity.WARNING,
        "%s on different errands wait for the same signal, and nobody else works"
            .formatted(Words.counted(set.size(), "thread")),
        List.of(
            "%s wait for %s, at %s"
                .formatted(
                    Words.kinds(set),
                    Words.label(signal),
                    Words.list(set.stream().map(Words::place).distinct().toList())),
            "they come by %d ways, so each kind is whom the others wait for"
                .formatted(errands.size()),
            "no other thread works or waits that could give the signal"),
        Stance.of(set, timeline));
  }

  private static @Nullable SilentSignal fullQueues(
      Collection<List<ObservedThread>> sets, Timeline timeline) {
    Look look = timeline.look();
    List<ObservedThread> putting = new ArrayList<>();
    for (List<ObservedThread> set : sets) {
      Resource queue = look.index().waitedFor(set.get(0));
      // Live, what a queue makes its threads wait for is a condition like any other.
      if (queue != null
          && (queue.kind() == ResourceKind.QUEUE || queue.kind() == ResourceKind.CONDITION)) {
        set.stream().filter(thread -> look.facts(thread).isIn(StackTag.PUTS)).forEach(putting::add);
      }
    }
    Stance standing = Stance.of(putting, timeline);
    if (putting.isEmpty() || anyMayTake(putting, standing, look)) {
      return null;
    }
    List<String> places = putting.stream().map(Words::place).distinct().toList();
    return new SilentSignal(
        putting,
        List.of(),
        Severity.CRITICAL,
        "%s for room in a full queue, and no thread is left to take from it"
            .formatted(
                Words.counted(putting.size(), "thread")
                    + (putting.size() == 1 ? " waits" : " wait")),
        List.of(
            "%s wait for room, at %s".formatted(Words.kinds(putting), Words.list(places)),
            "every other thread is idle: whoever took from these queues waits for room itself, or"
                + " has ended"),
        standing);
  }

  /**
   * A queue tells nothing of who takes from it: whoever does anything may, and a timer too. So may
   * an event loop, but not one that two looks show idle beside the full queue.
   */
  private static boolean anyMayTake(List<ObservedThread> putting, Stance standing, Look look) {
    Set<Long> ids = new HashSet<>();
    putting.forEach(thread -> ids.add(thread.id()));
    for (ObservedThread thread : look.observation().threads()) {
      boolean may =
          switch (Activity.of(thread, look)) {
            case IDLE ->
                thread.state() == ThreadState.TIMED_WAITING
                        && look.facts(thread).has(StackTag.WORKER)
                    || standing.looks() < 2 && look.facts(thread).has(StackTag.EVENT_LOOP);
            case RESTS -> !Signallers.isMain(thread);
            case WORKS, WAITS -> !look.graph().isStuck(thread.id());
          };
      if (may && !ids.contains(thread.id())) {
        return true;
      }
    }
    return false;
  }
}
