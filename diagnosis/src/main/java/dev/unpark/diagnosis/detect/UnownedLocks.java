package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for locks whose holders the source does not name, and that, by elimination, can
 * only be held by those who wait.
 *
 * <p>No dump names the readers of a lock, nor who has the permits of a semaphore, and some forms
 * name no owners at all. But a lock that is waited for is held. Where no thread works that could
 * give it back, the holder is among those who wait, or behind them.
 */
final class UnownedLocks {

  /*
   * A thread that works may hold the lock, whatever its stack looks like, and ends the suspicion.
   * Where the waits have stood since the look before, a holder has stood as well: only a thread that
   * is still in the same place counts. One that waits for a signal counts too, the signal may come
   * from outside. One that rests comes back by itself; unless its stack passes through the very
   * methods that ask for the lock it is no likely holder, but then the waits must look like a ring:
   * two locks; or something that a waiter holds and others need; or two who want to write.
   */
  private static final Set<ResourceKind> LOCKS =
      EnumSet.of(
          ResourceKind.REENTRANT_LOCK,
          ResourceKind.READ_WRITE_LOCK,
          ResourceKind.STAMPED_LOCK,
          ResourceKind.SEMAPHORE);

  /** Whoever waits for these waits for work of others to end, and holds nothing up, as a rule. */
  private static final Set<ResourceKind> RESULTS =
      EnumSet.of(ResourceKind.LATCH, ResourceKind.FUTURE, ResourceKind.THREAD_END);

  private static final List<String> WRITERS =
      List.of(
          "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock.lock",
          "java.util.concurrent.locks.StampedLock.writeLock",
          "java.util.concurrent.locks.StampedLock.acquireWrite");

  private final Timeline timeline;
  private final Look look;
  private final ObservationIndex index;

  /** The waiters of each such lock. */
  private final Map<String, List<ObservedThread>> waiters = new LinkedHashMap<>();

  /** Who waits for one of the locks, or behind somebody who does. */
  private final Map<Long, ObservedThread> caught = new LinkedHashMap<>();

  private UnownedLocks(Timeline timeline) {
    this.timeline = timeline;
    this.look = timeline.look();
    this.index = look.index();
  }

  /** The suspicion of the newest look, if there is one. */
  static Optional<Finding> examine(String type, Timeline timeline, Thresholds thresholds) {
    UnownedLocks locks = new UnownedLocks(timeline);
    locks.gather();
    if (locks.waiters.isEmpty()) {
      return Optional.empty();
    }
    Stance standing = Stance.of(locks.caught.values(), timeline);
    return standing.isTold(timeline, thresholds) && locks.isClosed(standing)
        ? Optional.of(locks.finding(type, standing))
        : Optional.empty();
  }

  private void gather() {
    for (ObservedThread thread : look.observation().threads()) {
      Resource lock = unownedLock(thread);
      if (lock != null && Activity.of(thread, look) == Activity.WAITS) {
        waiters.computeIfAbsent(lock.id(), id -> new ArrayList<>()).add(thread);
        caught.put(thread.id(), thread);
      }
    }
    if (!waiters.isEmpty()) {
      Queues queues = new Queues(look);
      leaveOutSignals(queues);
      queues.addAllBehind(caught);
    }
  }

  /**
   * A semaphore is often no lock but a signal, for which a thread may wait for ever. It counts
   * where its waiters hold what others need, or share code with those of another lock.
   */
  private void leaveOutSignals(Queues queues) {
    Map<String, Set<String>> locksOfClass = locksOfClass();
    for (String lock : List.copyOf(waiters.keySet())) {
      List<ObservedThread> own = Objects.requireNonNull(waiters.get(lock));
      Resource resource = index.resource(lock);
      boolean isSemaphore = resource != null && resource.kind() == ResourceKind.SEMAPHORE;
      if (isSemaphore
          && own.stream().allMatch(waiter -> queues.behind(waiter).isEmpty())
          && !sharesCode(own, locksOfClass)) {
        waiters.remove(lock);
        own.forEach(waiter -> caught.remove(waiter.id()));
      }
    }
  }

  /** The locks that are waited for in each class. */
  private Map<String, Set<String>> locksOfClass() {
    Map<String, Set<String>> locks = new HashMap<>();
    waiters.forEach(
        (lock, waiting) ->
            waiting.forEach(
                waiter ->
                    look.facts(waiter)
                        .ownClasses()
                        .forEach(
                            name -> locks.computeIfAbsent(name, n -> new HashSet<>()).add(lock))));
    return locks;
  }

  private boolean sharesCode(List<ObservedThread> own, Map<String, Set<String>> locksOfClass) {
    return own.stream()
        .flatMap(waiter -> look.facts(waiter).ownClasses().stream())
        .anyMatch(name -> locksOfClass.getOrDefault(name, Set.of()).size() > 1);
  }

  private @Nullable Resource unownedLock(ObservedThread thread) {
    Resource resource = index.waitedFor(thread);
    return resource != null
            && LOCKS.contains(resource.kind())
            && resource.release() instanceof Release.Unknown
        ? resource
        : null;
  }

  private boolean isClosed(Stance standing) {
    Set<String> methods = Activity.ownMethods(askers());
    boolean alone = true;
    for (ObservedThread thread : look.observation().threads()) {
      if (caught.containsKey(thread.id())) {
        continue;
      }
      Activity activity = Activity.of(thread, look);
      boolean mayHold =
          activity == Activity.WORKS && !hasMoved(thread, standing)
              || activity == Activity.WAITS
                  && !waitsForResult(thread)
                  && !look.graph().isStuck(thread.id())
              || activity == Activity.RESTS
                  && !Collections.disjoint(look.facts(thread).ownMethods(), methods);
      if (mayHold) {
        return false;
      }
      alone &= activity == Activity.IDLE || look.graph().isStuck(thread.id());
    }
    return looksLikeRing() || alone && writers() > 0;
  }

  /** Innermost own frames alone: what a task runner and its tasks share says nothing. */
  private List<ObservedThread> askers() {
    List<ObservedThread> askers = new ArrayList<>();
    waiters.values().forEach(askers::addAll);
    return askers;
  }

  private boolean waitsForResult(ObservedThread thread) {
    Resource resource = index.waitedFor(thread);
    return resource != null && RESULTS.contains(resource.kind());
  }

  /** Whether it has gone on since the look before, while those who wait have not. */
  private boolean hasMoved(ObservedThread thread, Stance standing) {
    if (standing.looks() < 2) {
      return false;
    }
    ObservedThread then = timeline.previous().orElseThrow().index().thread(thread.id());
    return then == null || timeline.facts(then).place() != look.facts(thread).place();
  }

  private boolean looksLikeRing() {
    boolean oneIsNeededByOthers = caught.size() > askers().size();
    return waiters.size() > 1 || oneIsNeededByOthers || writers() > 1;
  }

  /** How many wait for the write side of one of the locks. */
  private long writers() {
    return askers().stream()
        .filter(
            thread ->
                thread.stack().stream().anyMatch(frame -> WRITERS.contains(Frames.method(frame))))
        .count();
  }

  private Finding finding(String type, Stance standing) {
    Collection<ObservedThread> members = caught.values();
    List<String> names = members.stream().map(Words::name).toList();
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.CRITICAL,
            look,
            names.size() == 1
                ? names.get(0) + " waits for a lock that only it can hold"
                : names.size()
                    + " threads wait for locks that only they can hold: "
                    + Words.list(names));
    Map<String, String> labels = labels();
    for (ObservedThread member : members) {
      suspicion.with(Role.MEMBER, member).signedBy(member);
    }
    members.stream()
        .limit(DeadlockDetector.LINKS_TOLD)
        .forEach(member -> suspicion.because(link(member, labels)));
    if (members.size() > DeadlockDetector.LINKS_TOLD) {
      suspicion.because(
          "and so on: " + Words.kinds(members.stream().skip(DeadlockDetector.LINKS_TOLD).toList()));
    }
    suspicion.because("whoever holds these locks is among them: no other thread works");
    List<String> resting =
        look.observation().threads().stream()
            .filter(thread -> Activity.of(thread, look) == Activity.RESTS)
            .map(Words::name)
            .toList();
    if (!resting.isEmpty()) {
      suspicion.unseen(
          "whether one that rests holds a lock, which would end this by itself: "
              + Words.list(resting));
    }
    suspicion.unseen(
        "who holds these locks: %s; the agent names holders, and can prove this"
            .formatted(whyNotNamed()));
    return suspicion
        .now("take a second look; if they still stand there, restart this instance")
        .cause(
            "a lock is asked for while another, or its read side, is held: "
                + Words.list(members.stream().map(Words::place).distinct().toList()))
        .fix(
            "give the read lock back before asking for the write lock, and take locks in one"
                + " order everywhere")
        .since(standing.since())
        .finding();
  }

  private Map<String, String> labels() {
    Map<String, Resource> resources = new LinkedHashMap<>();
    for (ObservedThread member : caught.values()) {
      Resource resource =
          Objects.requireNonNull(index.waitedFor(member), "whoever is caught waits");
      resources.put(resource.id(), resource);
    }
    return Words.labels(resources.values());
  }

  private String link(ObservedThread member, Map<String, String> labels) {
    Resource resource = Objects.requireNonNull(index.waitedFor(member), "whoever is caught waits");
    List<String> holders =
        ObservationIndex.holders(resource.release()).stream()
            .sorted()
            .map(index::thread)
            .filter(Objects::nonNull)
            .map(Words::name)
            .toList();
    return "%s waits for %s%s, at %s"
        .formatted(
            Words.name(member),
            labels.get(resource.id()),
            holders.isEmpty() ? "" : ", held by " + Words.list(holders),
            Words.place(member));
  }

  private String whyNotNamed() {
    boolean readers =
        askers().stream()
            .map(index::waitedFor)
            .anyMatch(
                resource -> resource != null && resource.kind() == ResourceKind.READ_WRITE_LOCK);
    return readers
        ? "no dump names the readers of a lock"
        : "this source does not name them, `jcmd PID Thread.print -l` names owners of locks";
  }
}
