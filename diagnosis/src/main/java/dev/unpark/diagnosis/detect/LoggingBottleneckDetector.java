package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds threads that queue to write a log event: for an appender's lock, or for room in a queue.
 */
public final class LoggingBottleneckDetector implements Detector {
  private final Thresholds thresholds;

  public LoggingBottleneckDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "logging-bottleneck";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    for (Errand errand : Errand.of(timeline, StackTag.LOGGING, thresholds)) {
      if (errand.isHabit(StackTag.LOGGING, timeline, thresholds)) {
        findings.add(finding(errand, look));
      }
    }
    return findings;
  }

  private Finding finding(Errand errand, Look look) {
    ObservedThread first = errand.waiters().get(0);
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s wait for %s to write a log event"
                    .formatted(Words.counted(errand.waiters().size(), "thread"), errand.label()))
            .signedBy(errand.label())
            .signedBy(Frames.method(Frames.ownFrame(first.stack())));
    return errand
        .tell(suspicion, look)
        .because("they stand in the logger itself, called from " + Waits.place(first, look))
        .now("log less: raise the level of the busiest logger at run time")
        .cause(
            "every log event passes one lock, or one queue that is full, in front of a slow disk"
                + " or console")
        .fix(
            "write asynchronously with a queue that drops, log less per request, and never to a"
                + " console that somebody reads slowly")
        .unseen("which logger writes most; count the lines of the log by logger")
        .finding();
  }
}
