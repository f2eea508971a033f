package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds pools that have had no free worker for a while although tasks queue, because their workers
 * wait for something else than the processor; and says what they wait for.
 */
public final class PoolExhaustionDetector implements Detector {

  /*
   * A full pool is not yet trouble: a batch keeps its workers busy for hours and is content. Three
   * things together are: every worker taken at nearly every look, a queue that does not get shorter
   * while a task in it waits noticeably long (Little's law: length over throughput), and workers
   * that wait instead of computing. A pool whose workers can never run again is a deadlock's
   * victim, and that is the finding to read.
   */
  private final Thresholds thresholds;

  public PoolExhaustionDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "pool-exhaustion";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Trend trend = Trend.of(timeline, thresholds);
    List<Finding> findings = new ArrayList<>(TakenPools.examine(type(), timeline, thresholds));
    if (!trend.isLongEnough()) {
      return findings;
    }
    Look look = timeline.look();
    for (ExecutorState pool : timeline.latest().executors()) {
      if (!hasNoFreeWorker(pool)) {
        continue;
      }
      List<ExecutorState> history = history(pool.id(), trend);
      List<ObservedThread> workers = workers(pool, look.index());
      if (isExhausted(history, trend)
          && mostlyWait(workers, look)
          && !workers.stream().allMatch(worker -> look.graph().isStuck(worker.id()))) {
        findings.add(finding(pool, history, workers, trend, look));
      }
    }
    return findings;
  }

  private static List<ExecutorState> history(String pool, Trend trend) {
    return trend.looks().stream()
        .flatMap(look -> look.executors().stream())
        .filter(executor -> executor.id().equals(pool))
        .toList();
  }

  private static List<ObservedThread> workers(ExecutorState pool, ObservationIndex index) {
    return pool.workers().stream().map(index::thread).filter(Objects::nonNull).toList();
  }

  private boolean isExhausted(List<ExecutorState> history, Trend trend) {
    ExecutorState first = history.get(0);
    ExecutorState last = history.get(history.size() - 1);
    boolean stood = history.size() == trend.looks().size();
    boolean drains = last.queued() < first.queued() && last.rejected() == first.rejected();
    return stood
        && trend.mostlyOf(
            history.size(),
            history.stream().filter(PoolExhaustionDetector::hasNoFreeWorker).count())
        && !drains
        && (queueWaitSeconds(history, trend) >= thresholds.queueWait().toMillis() / 1000.0
            || last.rejected() > first.rejected());
  }

  private static boolean hasNoFreeWorker(ExecutorState pool) {
    return !pool.workers().isEmpty()
        && !pool.mayGrow()
        && pool.active() >= pool.workers().size()
        && pool.queued() > 0;
  }

  /** How long a task that is queued now will wait, by Little's law; infinite without throughput. */
  private static double queueWaitSeconds(List<ExecutorState> history, Trend trend) {
    ExecutorState last = history.get(history.size() - 1);
    long completed = last.completed() - history.get(0).completed();
    double seconds = trend.span().toMillis() / 1000.0;
    return completed <= 0 ? Double.POSITIVE_INFINITY : last.queued() * seconds / completed;
  }

  private boolean mostlyWait(List<ObservedThread> workers, Look look) {
    long waiting = workers.stream().filter(worker -> waits(worker, look)).count();
    return !workers.isEmpty() && waiting >= thresholds.waitingWorkers() * workers.size();
  }

  private static boolean waits(ObservedThread thread, Look look) {
    return thread.state() != ThreadState.RUNNABLE && thread.state() != ThreadState.NEW
        || look.facts(thread).isIn(StackTag.BLOCKING_IO);
  }

  private Finding finding(
      ExecutorState pool,
      List<ExecutorState> history,
      List<ObservedThread> workers,
      Trend trend,
      Look look) {
    Observation latest = trend.looks().get(trend.looks().size() - 1);
    boolean stalled = pool.completed() == history.get(0).completed();
    List<Participant> participants =
        workers.stream()
            .map(
                worker ->
                    new Participant(worker, Role.WORKER, List.of(), look.index().waitedFor(worker)))
            .toList();
    List<Resource> resources = new ArrayList<>();
    for (Participant participant : participants) {
      Resource waitedFor = participant.waitsFor();
      if (waitedFor != null && !resources.contains(waitedFor)) {
        resources.add(waitedFor);
      }
    }
    return new Finding(
        Signature.id(type(), List.of(pool.name(), pool.type(), Frames.method(pool.site()))),
        type(),
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        stalled ? Severity.CRITICAL : Severity.WARNING,
        "%s has no free worker: %s, %s queued"
            .formatted(
                Words.pool(pool), mainWait(workers, look), Words.counted(pool.queued(), "task")),
        trend.looks().get(0).time(),
        latest.time(),
        latest.jvm(),
        participants,
        resources,
        List.of(pool),
        explanation(pool, history, workers, trend, look),
        nextSteps(workers, look),
        limits(latest));
  }

  /** {@code 6 of 8 wait at PriceClient.fetch(PriceClient.java:40)}. */
  private static String mainWait(List<ObservedThread> workers, Look look) {
    Map.Entry<String, List<ObservedThread>> most = waitsByPlace(workers, look).get(0);
    return "%d of %d wait at %s".formatted(most.getValue().size(), workers.size(), most.getKey());
  }

  /** The places at which workers wait, the most frequent first. */
  private static List<Map.Entry<String, List<ObservedThread>>> waitsByPlace(
      List<ObservedThread> workers, Look look) {
    Map<String, List<ObservedThread>> byPlace = new LinkedHashMap<>();
    for (ObservedThread worker : workers) {
      if (waits(worker, look)) {
        String place = Words.place(worker);
        byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(worker);
      }
    }
    Comparator<Map.Entry<String, List<ObservedThread>>> byCount =
        Comparator.comparing(entry -> -entry.getValue().size());
    return byPlace.entrySet().stream().sorted(byCount).toList();
  }

  private static List<String> explanation(
      ExecutorState pool,
      List<ExecutorState> history,
      List<ObservedThread> workers,
      Trend trend,
      Look look) {
    List<String> reasons = new ArrayList<>();
    double seconds = trend.span().toMillis() / 1000.0;
    reasons.add(
        "all %d workers of %s were taken at nearly every one of %d looks in %.1f s"
            .formatted(workers.size(), Words.pool(pool), history.size(), seconds));
    for (Map.Entry<String, List<ObservedThread>> wait : waitsByPlace(workers, look)) {
      List<String> names = wait.getValue().stream().map(Words::name).toList();
      String how =
          wait.getValue().stream().allMatch(worker -> inIo(worker, look))
              ? ", for a peer's answer or for a disk"
              : "";
      reasons.add(
          Words.list(names)
              + (names.size() == 1 ? " waits at " : " wait at ")
              + wait.getKey()
              + how);
    }
    ExecutorState first = history.get(0);
    reasons.add(
        "queue: %d tasks then, %d now; %s completed meanwhile%s"
            .formatted(
                first.queued(),
                pool.queued(),
                Words.counted(pool.completed() - first.completed(), "task"),
                pool.rejected() == first.rejected()
                    ? ""
                    : ", " + (pool.rejected() - first.rejected()) + " rejected"));
    double wait = queueWaitSeconds(history, trend);
    reasons.add(
        Double.isInfinite(wait)
            ? "at this pace a task that is queued now is never run"
            : "at this pace a task that is queued now waits %.1f s".formatted(wait));
    return reasons;
  }

  private static boolean inIo(ObservedThread thread, Look look) {
    return thread.state() == ThreadState.RUNNABLE && look.facts(thread).isIn(StackTag.BLOCKING_IO);
  }

  private static List<NextStep> nextSteps(List<ObservedThread> workers, Look look) {
    String place = waitsByPlace(workers, look).get(0).getKey();
    return List.of(
        NextStep.now("shed load in front of this pool, or fail fast what waits at " + place),
        NextStep.cause("work arrives faster than the workers get through " + place),
        NextStep.fix(
            "give that call a timeout and a limit of its own, so that it cannot take every worker;"
                + " size the pool by arrivals times service time"));
  }

  private static List<String> limits(Observation latest) {
    List<String> limits = new ArrayList<>();
    limits.add("whether this ends by itself: exhaustion is a trend, never a proof");
    limits.addAll(latest.limits());
    return limits;
  }
}
