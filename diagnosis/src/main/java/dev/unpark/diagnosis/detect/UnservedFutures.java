package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Workers that wait for futures which no thread runs, as far as stacks alone can tell.
 *
 * <p>A dump names neither an executor's queue nor the thread that runs a future. Yet a {@code
 * FutureTask} is only ever completed by a thread that stands in its {@code run}. When every pool
 * worker that does anything at all waits for one, nobody is left to run what they wait for: it
 * stands in a queue, and were the queue another pool's, an idle worker there would have taken it.
 */
final class UnservedFutures {
  private static final String TASK_RUNS = "java.util.concurrent.FutureTask.run";
  private static final List<String> WORKER_LOOPS =
      List.of(
          "java.util.concurrent.ThreadPoolExecutor.runWorker",
          "java.util.concurrent.ForkJoinPool.runWorker");
  private static final List<String> IDLE =
      List.of(
          "java.util.concurrent.ThreadPoolExecutor.getTask",
          "java.util.concurrent.ForkJoinPool.awaitWork");

  private UnservedFutures() {}

  /** The suspicion of the newest look, if there is one. Sources that know queues need none. */
  static Optional<Finding> examine(String type, Timeline timeline) {
    Look look = timeline.look();
    Observation observation = look.observation();
    if (!observation.executors().isEmpty()) {
      return Optional.empty();
    }
    List<ObservedThread> waiters = new ArrayList<>();
    Map<String, Integer> idleIn = new TreeMap<>();
    for (ObservedThread thread : observation.threads()) {
      boolean worker = stands(thread, WORKER_LOOPS);
      if (worker && stands(thread, IDLE)) {
        idleIn.merge(pool(thread), 1, Integer::sum);
      } else if (worker && waitsForTask(thread, look)) {
        waiters.add(thread);
      } else if (worker || stands(thread, List.of(TASK_RUNS))) {
        return Optional.empty(); // Somebody works, and may well be running what the others want.
      }
    }
    boolean poolHasRoom = waiters.stream().anyMatch(waiter -> idleIn.containsKey(pool(waiter)));
    return waiters.isEmpty() || poolHasRoom
        ? Optional.empty()
        : Optional.of(finding(type, waiters, look));
  }

  private static boolean stands(ObservedThread thread, List<String> methods) {
    return thread.stack().stream().anyMatch(frame -> methods.contains(Frames.method(frame)));
  }

  private static String pool(ObservedThread worker) {
    return Frames.namePattern(worker.name());
  }

  private static boolean waitsForTask(ObservedThread thread, Look look) {
    Resource resource = look.index().waitedFor(thread);
    return resource != null
        && resource.kind() == ResourceKind.FUTURE
        && resource.release() instanceof Release.Unknown
        && resource.className().equals("java.util.concurrent.FutureTask")
        && thread.currentWait() != null
        && !thread.currentWait().timed();
  }

  private static Finding finding(String type, List<ObservedThread> waiters, Look look) {
    Observation observation = look.observation();
    Map<String, List<String>> byPlace = new TreeMap<>();
    Map<String, Integer> pools = new TreeMap<>();
    List<String> signature = new ArrayList<>();
    List<Participant> participants = new ArrayList<>();
    for (ObservedThread waiter : waiters) {
      byPlace
          .computeIfAbsent(Words.place(waiter), place -> new ArrayList<>())
          .add(Words.name(waiter));
      pools.merge("pool \"" + pool(waiter) + "\"", 1, Integer::sum);
      signature.add(pool(waiter) + "|" + Frames.method(Frames.ownFrame(waiter.stack())));
      participants.add(
          new Participant(waiter, Role.MEMBER, List.of(), look.index().waitedFor(waiter)));
    }
    List<String> explanation = new ArrayList<>();
    byPlace.forEach(
        (place, names) ->
            explanation.add(
                Words.list(names)
                    + (names.size() == 1
                        ? " waits for a FutureTask at "
                        : " wait for FutureTasks at ")
                    + place));
    explanation.add("no thread of this JVM runs a FutureTask other than those that wait");
    explanation.add("every other pool is idle, so what they wait for is queued in their own");
    List<String> limits = new ArrayList<>();
    limits.add("the queues: a dump does not hold them; the agent does, and can prove this");
    limits.addAll(observation.limits());
    return new Finding(
        Signature.id(type, signature),
        type,
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        Severity.CRITICAL,
        "all %s of %s wait for tasks that no thread runs"
            .formatted(
                Words.counted(waiters.size(), "worker"), Words.list(List.copyOf(pools.keySet()))),
        observation.time(),
        observation.time(),
        observation.jvm(),
        participants,
        participants.stream()
            .map(Participant::waitsFor)
            .filter(Objects::nonNull)
            .distinct()
            .toList(),
        List.of(),
        explanation,
        List.of(
            NextStep.now("restart this instance; what is queued in the pool will be lost"),
            NextStep.cause(
                "waits for a task of the pool that it runs in: "
                    + Words.list(List.copyOf(byPlace.keySet()))),
            NextStep.fix("run the inner task directly, or give it a pool of its own")),
        limits);
  }
}
