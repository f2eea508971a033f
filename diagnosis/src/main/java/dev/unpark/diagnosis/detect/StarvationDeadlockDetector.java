package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds pools that wait for themselves: every worker waits, directly or through locks and other
 * pools, for a task that is queued where only these workers could run it. Where the source does not
 * know queues, stacks alone may raise the suspicion.
 */
public final class StarvationDeadlockDetector implements Detector {
  private final Thresholds thresholds;

  public StarvationDeadlockDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "starvation-deadlock";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (StuckThreads stuck : StuckThreads.of(timeline)) {
      if (stuck.throughPool()) {
        findings.add(stuck.finding(type(), headline(stuck), chain(stuck), nextSteps(stuck)));
      }
    }
    for (StuckThreads stuck : StuckThreads.believed(timeline, thresholds)) {
      if (stuck.throughPool()) {
        findings.add(stuck.finding(type(), headline(stuck), chain(stuck), nextSteps(stuck)));
      }
    }
    UnservedWaits.starved(type(), timeline, thresholds).ifPresent(findings::add);
    return findings;
  }

  private static String headline(StuckThreads stuck) {
    List<ExecutorState> pools = stuck.pools();
    List<String> names = pools.stream().map(Words::pool).toList();
    int workers = pools.stream().mapToInt(pool -> pool.workers().size()).sum();
    String who = workers == 1 ? "the only worker" : "all " + workers + " workers";
    String verb = workers == 1 ? " waits" : " wait";
    String task = workers == 1 ? " for a task" : " for tasks";
    return who
        + " of "
        + Words.list(names)
        + verb
        + task
        + " that only "
        + (pools.size() == 1 ? "this pool" : "these pools")
        + " can run";
  }

  private static List<String> chain(StuckThreads stuck) {
    List<String> chain = new ArrayList<>();
    Map<String, List<String>> waitersAt = new LinkedHashMap<>();
    for (ObservedThread member : stuck.members()) {
      String what = Words.simpleName(stuck.waitedFor(member).className());
      waitersAt
          .computeIfAbsent(what + " at " + Words.place(member), place -> new ArrayList<>())
          .add(Words.name(member));
    }
    waitersAt.forEach(
        (place, names) ->
            chain.add(
                Words.list(names)
                    + (names.size() == 1 ? " waits for a " : " wait for a ")
                    + place));
    for (ExecutorState pool : stuck.pools()) {
      chain.add(
          "%s: %s queued, %d of %d workers wait, none will come free"
              .formatted(
                  Words.pool(pool),
                  Words.counted(pool.queued(), "task"),
                  pool.workers().size(),
                  pool.workers().size()));
    }
    List<ObservedThread> victims = stuck.victims();
    if (!victims.isEmpty()) {
      chain.add("behind them: " + Words.kinds(victims));
    }
    return chain;
  }

  private static List<NextStep> nextSteps(StuckThreads stuck) {
    int queued = stuck.pools().stream().mapToInt(ExecutorState::queued).sum();
    List<String> places = stuck.members().stream().map(Words::place).distinct().toList();
    return List.of(
        NextStep.now(
            "restart this instance; " + Words.counted(queued, "queued task") + " will be lost"),
        NextStep.cause("waits for a task of the pool that it runs in: " + Words.list(places)),
        NextStep.fix("run the inner task directly, or give it a pool of its own"));
  }
}
