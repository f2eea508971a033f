package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
                  .map(standing -> waits.told().starvation(type, pools, standing));
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
                  .map(standing -> waits.told().orphans(type, pools, workers, standing));
            });
  }

  private UnservedFindings told() {
    return new UnservedFindings(look, caught);
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

  private boolean waitsForTask(ObservedThread thread) {
    return Objects.requireNonNull(index.waitedFor(thread)).className().equals(FUTURE_TASK);
  }

  /** Whether a thread is left that may do what they wait for. */
  private boolean mayBeServed(List<ObservedThread> workers, Stance standing) {
    boolean tasksOnly = workers.stream().allMatch(this::waitsForTask);
    Set<String> classes = new HashSet<>();
    workers.forEach(worker -> classes.addAll(look.facts(worker).ownClasses()));
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
              || !Collections.disjoint(look.facts(thread).ownClasses(), classes);
    };
  }
}
