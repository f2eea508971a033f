package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds threads that wait without a timeout for a signal that can no longer come, because whoever
 * could give it waits as well: in the same set, behind what the waiter holds, or on a full queue.
 */
public final class LostWakeupDetector implements Detector {
  /** Waits that end by a signal, not by somebody's letting go. */
  static final Set<ResourceKind> SIGNALS =
      EnumSet.of(
          ResourceKind.CONDITION,
          ResourceKind.NOTIFICATION,
          ResourceKind.QUEUE,
          ResourceKind.LATCH,
          ResourceKind.BARRIER);

  private final Thresholds thresholds;

  public LostWakeupDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "lost-wakeup";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (StuckThreads stuck : StuckThreads.believed(timeline, thresholds)) {
      if (!stuck.throughPool()
          && stuck.waitsFor(SIGNALS)
          && !isIdle(stuck, timeline.look())
          && !stuck.waitsFor(ResourcePoolStarvationDetector.LENT)) {
        findings.add(
            stuck.finding(
                type(), headline(stuck), DeadlockDetector.chain(stuck), nextSteps(stuck)));
      }
    }
    for (SilentSignal signal : SilentSignal.of(timeline, thresholds)) {
      findings.add(
          signal
              .suspicion(type(), timeline)
              .unseen(
                  "who was to give the signal: no dump tells it; the agent learns who gave it"
                      + " before")
              .then(nextSteps(signal.waiters().stream().map(Words::place).distinct().toList()))
              .finding());
    }
    return findings;
  }

  /**
   * Two that feed each other's queues and both wait for work look like a ring, and are idle as long
   * as nobody waits behind them: what begins their next round comes from outside.
   */
  private static boolean isIdle(StuckThreads stuck, Look look) {
    return stuck.victims().isEmpty()
        && stuck.members().stream().allMatch(member -> look.facts(member).isIdle());
  }

  private static String headline(StuckThreads stuck) {
    List<String> names = stuck.members().stream().map(Words::name).toList();
    return Words.list(names) + " wait for signals that only they could give";
  }

  private static List<NextStep> nextSteps(StuckThreads stuck) {
    return nextSteps(stuck.members().stream().map(Words::place).distinct().toList());
  }

  private static List<NextStep> nextSteps(List<String> places) {
    return List.of(
        NextStep.now("restart this instance: interrupting one of them frees it, not the others"),
        NextStep.cause("the signal comes from a thread that waits itself: " + Words.list(places)),
        NextStep.fix(
            "wake all with notifyAll or signalAll where waiters differ, give each kind its own"
                + " condition, hold no other lock while waiting for a signal, and let nobody put without"
                + " a timeout into a queue that it empties"));
  }
}
