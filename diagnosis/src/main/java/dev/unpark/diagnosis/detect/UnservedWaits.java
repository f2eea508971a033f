package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Pools all of whose workers wait for the result of work that no thread does, as far as stacks can
 * tell: futures, latches, phasers, or a lock whose owner waits for such a result.
 */
final class UnservedWaits {

  /*
   * A FutureTask is only ever completed by a thread that stands in its run. When every worker that
   * does anything waits for one, nobody is left to run what they wait for: it stands in a queue, and
   * were the queue another pool's, an idle worker there would have taken it.
   *
   * A CompletableFuture or a latch may be completed by anybody: by a thread that works, or by an
   * event loop when an answer comes in. So whoever works ends the suspicion, and whoever serves
   * connections does too. Where two looks show these waits standing, only a thread that runs a task,
   * or is in the code of those who wait, still counts.
   */
  private static final Set<ResourceKind> RESULTS =
      EnumSet.of(ResourceKind.FUTURE, ResourceKind.LATCH, ResourceKind.BARRIER);

  private static final String FUTURE_TASK = "java.util.concurrent.FutureTask";
  private static final String TASK_RUNS = "java.util.concurrent.FutureTask.run";

  /**
   * One thread that waits for somebody else's signal may be meant to; a pool of one that runs
   * FutureTasks is not.
   */
  private static final int WORKERS_FOR_ANY_RESULT = 2;

  /** Threads that have only just been woken look as if they waited; so many at once are not. */
  private static final int TOO_MANY_TO_BE_WOKEN = 8;

  private final Timeline timeline;
  private final Look look;
  private final ObservationIndex index;

  /** Threads that wait for a result, or behind somebody who does. */
  private final Map<Long, ObservedThread> caught = new LinkedHashMap<>();

  private UnservedWaits(Timeline timeline) {
    this.timeline = timeline;
    this.look = timeline.look();
    this.index = look.index();
  }

  /** Pools without a free worker whose workers all wait for what stands in their own queue. */
  static Optional<Finding> starved(String type, Timeline timeline, Thresholds thresholds) {
    UnservedWaits waits = new UnservedWaits(timeline);
    waits.gather();
    return waits
        .pools(waits::isStarved)
        .flatMap(
            pools -> {
              List<ObservedThread> workers =
                  pools.stream().flatMap(pool -> pool.workers().stream()).toList();
              return waits
                  .standing(workers, thresholds)
                  .map(standing -> waits.starvation(type, pools, standing));
            });
  }

  /**
   * Workers that wait although their pool has free ones, so that what they wait for stands in no
   * queue: it was dropped, or whoever was to do it is gone.
   */
  static Optional<Finding> orphaned(String type, Timeline timeline, Thresholds thresholds) {
    UnservedWaits waits = new UnservedWaits(timeline);
    waits.gather();
    return waits
        .pools(waits::hasOrphans)
        .flatMap(
            pools -> {
              List<ObservedThread> workers =
                  pools.stream()
                      .flatMap(pool -> pool.workers().stream())
                      .filter(worker -> waits.caught.containsKey(worker.id()))
                      .toList();
              return waits
                  .standing(workers, thresholds)
                  .filter(
                      standing -> standing.looks() > 1 || workers.size() >= TOO_MANY_TO_BE_WOKEN)
                  .map(standing -> waits.orphans(type, pools, workers, standing));
            });
  }

  private Optional<List<WorkPool>> pools(Predicate<WorkPool> wanted) {
    if (caught.isEmpty()) {
      return Optional.empty();
    }
    List<WorkPool> pools = WorkPool.of(look).stream().filter(wanted).toList();
    return pools.isEmpty() ? Optional.empty() : Optional.of(pools);
  }

  private Optional<Stance> standing(List<ObservedThread> workers, Thresholds thresholds) {
    Stance standing = Stance.of(workers, timeline);
    return standing.isTold(timeline, thresholds) && !mayBeServed(workers, standing)
        ? Optional.of(standing)
        : Optional.empty();
  }

  private void gather() {
    for (ObservedThread thread : look.observation().threads()) {
      if (Activity.of(thread, look) == Activity.WAITS
          && awaitsResult(thread, Objects.requireNonNull(index.waitedFor(thread)))) {
        caught.put(thread.id(), thread);
      }
    }
    if (!caught.isEmpty()) {
      new Queues(look).addAllBehind(caught);
    }
  }

  private boolean awaitsResult(ObservedThread thread, Resource resource) {
    return resource.release() instanceof Release.Unknown
        && (RESULTS.contains(resource.kind())
            || resource.kind() == ResourceKind.CONDITION
                && look.facts(thread).isIn(StackTag.AWAITS_RESULT));
  }

  private boolean isStarved(WorkPool pool) {
    boolean allCaught = pool.workers().stream().allMatch(worker -> caught.containsKey(worker.id()));
    return pool.isTaken()
        && allCaught
        && (pool.workers().size() >= WORKERS_FOR_ANY_RESULT
            || pool.workers().stream().allMatch(this::waitsForTask)
            || pool.workers().stream().anyMatch(worker -> !isResult(worker)))
        && pool.workers().stream().noneMatch(worker -> look.graph().isStuck(worker.id()));
  }

  /** Everyone who runs a task waits for a result, at least two do, and others of them are free. */
  private boolean hasOrphans(WorkPool pool) {
    long waiting =
        pool.workers().stream().filter(worker -> caught.containsKey(worker.id())).count();
    return pool.executor() == null
        && pool.idle() > 0
        && waiting >= WORKERS_FOR_ANY_RESULT
        && waiting + pool.idle() == pool.workers().size()
        && pool.workers().stream().noneMatch(worker -> look.graph().isStuck(worker.id()));
  }

  private boolean isResult(ObservedThread thread) {
    return RESULTS.contains(Objects.requireNonNull(index.waitedFor(thread)).kind());
  }

  private boolean waitsForFuture(ObservedThread thread) {
    return Objects.requireNonNull(index.waitedFor(thread)).kind() == ResourceKind.FUTURE;
  }

  private boolean waitsForTask(ObservedThread thread) {
    return Objects.requireNonNull(index.waitedFor(thread)).className().equals(FUTURE_TASK);
  }

  /** Whether a thread is left that may do what they wait for. */
  private boolean mayBeServed(List<ObservedThread> workers, Stance standing) {
    boolean tasksOnly = workers.stream().allMatch(this::waitsForTask);
    Set<String> classes = new HashSet<>();
    workers.forEach(worker -> classes.addAll(Activity.ownClasses(worker)));
    for (ObservedThread thread : look.observation().threads()) {
      if (!caught.containsKey(thread.id())
          && (tasksOnly ? runsTask(thread) : mayServe(thread, classes, standing))) {
        return true;
      }
    }
    return false;
  }

  private boolean runsTask(ObservedThread thread) {
    return look.facts(thread).runsTask()
        || thread.stack().stream().anyMatch(frame -> Frames.method(frame).equals(TASK_RUNS));
  }

  private boolean mayServe(ObservedThread thread, Set<String> classes, Stance standing) {
    StackFacts facts = look.facts(thread);
    if (facts.has(StackTag.EVENT_LOOP) || facts.isIn(StackTag.BLOCKING_SOCKET)) {
      return true; // An answer that comes in there may be the result.
    }
    return switch (Activity.of(thread, look)) {
      case IDLE -> false;
      case RESTS -> facts.runsTask();
      case WAITS, WORKS ->
          standing.looks() < 2
              || facts.runsTask()
              || !Collections.disjoint(Activity.ownClasses(thread), classes);
    };
  }

  private Finding starvation(String type, List<WorkPool> starved, Stance standing) {
    Suspicion suspicion = new Suspicion(type, Severity.CRITICAL, look, headline(starved));
    Map<String, List<String>> byPlace = new TreeMap<>();
    Set<Long> workers = new HashSet<>();
    for (WorkPool pool : starved) {
      for (ObservedThread worker : pool.workers()) {
        workers.add(worker.id());
        suspicion.with(Role.MEMBER, worker).signedBy(worker);
        String place = what(worker) + " at " + Words.place(worker);
        byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(Words.name(worker));
      }
      if (pool.executor() != null) {
        suspicion.about(pool.executor());
      }
    }
    Set<Long> holders = new HashSet<>();
    starved.forEach(pool -> pool.workers().forEach(worker -> holders.addAll(holders(worker))));
    for (ObservedThread thread : caught.values()) {
      if (!workers.contains(thread.id())) {
        suspicion.with(holders.contains(thread.id()) ? Role.HOLDER : Role.VICTIM, thread);
      }
    }
    byPlace.forEach(
        (place, names) ->
            suspicion.because(
                Words.list(names) + (names.size() == 1 ? " waits for " : " wait for ") + place));
    suspicion.because("no thread of this JVM does what they wait for");
    boolean queuesKnown = starved.stream().allMatch(pool -> pool.executor() != null);
    if (queuesKnown) {
      for (WorkPool pool : starved) {
        int queued = Objects.requireNonNull(pool.executor()).queued();
        suspicion.because(
            "%s: %s queued, no worker is free"
                .formatted(pool.label(), Words.counted(queued, "task")));
      }
      suspicion.unseen(
          "whether what they wait for is among the queued tasks, or comes from outside this JVM");
    } else {
      suspicion.because("every other pool is idle, so what they wait for is queued in their own");
      suspicion.unseen("the queues: a dump does not hold them; the agent does, and can prove this");
    }
    if (starved.stream().flatMap(p -> p.workers().stream()).anyMatch(this::waitsForFuture)) {
      suspicion.unseen(Words.FROM_OUTSIDE);
    }
    if (standing.looks() < 2) {
      suspicion.unseen(
          "whether they were woken just now: a second dump, some seconds later, tells");
    }
    List<String> places =
        starved.stream()
            .flatMap(pool -> pool.workers().stream())
            .map(Words::place)
            .distinct()
            .toList();
    return suspicion
        .now("restart this instance; what is queued in the pool will be lost")
        .cause("waits for work of the pool that it runs in: " + Words.list(places))
        .fix("run the inner work directly, or give it a pool of its own")
        .since(standing.since())
        .finding();
  }

  private Set<Long> holders(ObservedThread worker) {
    Resource resource = Objects.requireNonNull(index.waitedFor(worker));
    return ObservationIndex.holders(resource.release());
  }

  private static String headline(List<WorkPool> starved) {
    int workers = starved.stream().mapToInt(pool -> pool.workers().size()).sum();
    String pools = Words.list(starved.stream().map(WorkPool::label).toList());
    return workers == 1
        ? "the only worker of " + pools + " waits for what no thread does"
        : "all %d workers of %s wait for tasks that no thread runs".formatted(workers, pools);
  }

  private Finding orphans(
      String type, List<WorkPool> pools, List<ObservedThread> workers, Stance standing) {
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.WARNING,
            look,
            "%s of %s wait for results that no thread works on"
                .formatted(
                    Words.counted(workers.size(), "worker"),
                    Words.list(pools.stream().map(WorkPool::label).toList())));
    Map<String, Integer> byPlace = new TreeMap<>();
    for (ObservedThread worker : workers) {
      suspicion.with(Role.MEMBER, worker).signedBy(worker);
      byPlace.merge(what(worker) + " at " + Words.place(worker), 1, Integer::sum);
    }
    byPlace.forEach(
        (place, count) ->
            suspicion.because(
                Words.counted(count, "worker")
                    + (count == 1 ? " waits for " : " wait for ")
                    + place));
    for (WorkPool pool : pools) {
      suspicion.because(
          "%s has %s, so it is not in its queue that the work stands"
              .formatted(pool.label(), Words.counted(pool.idle(), "idle worker")));
    }
    suspicion.because("no thread of this JVM does what they wait for");
    if (workers.stream().anyMatch(this::waitsForFuture)) {
      suspicion.unseen(Words.FROM_OUTSIDE);
    }
    List<String> places = workers.stream().map(Words::place).distinct().toList();
    return suspicion
        .unseen("whether an answer from outside this JVM, or a timer, is to end these waits")
        .now("find out what was to complete them; until then these threads are lost")
        .cause(
            "waits without a timeout for a result whose work was dropped, rejected in silence,"
                + " or died: "
                + Words.list(places))
        .fix(
            "wait with a timeout, and complete the result exceptionally wherever its work can"
                + " end")
        .since(standing.since())
        .finding();
  }

  /** {@code a FutureTask}; or a lock, and what its owner waits for in its turn. */
  private String what(ObservedThread worker) {
    Resource resource = Objects.requireNonNull(index.waitedFor(worker));
    ObservedThread owner = Waits.owner(resource, look);
    if (owner == null) {
      return "a " + Words.simpleName(resource.className());
    }
    Resource ownersWait = index.waitedFor(owner);
    return "%s, held by %s%s"
        .formatted(
            Words.label(resource),
            Words.name(owner),
            ownersWait == null
                ? ""
                : ", which waits for %s at %s,"
                    .formatted(Words.label(ownersWait), Words.place(owner)));
  }
}
