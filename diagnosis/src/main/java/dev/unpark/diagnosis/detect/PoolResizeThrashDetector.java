package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds pools that are made larger and smaller again all the time. */
public final class PoolResizeThrashDetector implements Detector {

  /*
   * Only where it goes both ways, and several times: a pool that grows with its load, or that
   * shrinks after a peak, is what a scaler is for.
   */
  private final Thresholds thresholds;

  public PoolResizeThrashDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "pool-resize-thrash";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (Occurrence grown : timeline.latest().occurrences()) {
      if (grown.kind() == Occurrence.Kind.POOL_GROWN && grown.recent() >= thresholds.resizes()) {
        long shrunk = shrunk(grown.subject(), timeline);
        if (shrunk >= thresholds.resizes()) {
          findings.add(finding(grown, shrunk, timeline.look()));
        }
      }
    }
    return findings;
  }

  private static long shrunk(String pool, Timeline timeline) {
    return timeline.latest().occurrences().stream()
        .filter(one -> one.kind() == Occurrence.Kind.POOL_SHRUNK && one.subject().equals(pool))
        .mapToLong(Occurrence::recent)
        .sum();
  }

  private Finding finding(Occurrence grown, long shrunk, Look look) {
    String pool = grown.subject();
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "pool \"%s\" was made larger %d times and smaller %d times in %d min"
                    .formatted(pool, grown.recent(), shrunk, Occurrence.RECENT.toMinutes()))
            .signedBy(pool)
            .because("its core or maximum size went up and down again, as the agent's looks show")
            .now("switch the scaling off, and fix the size at the larger of the two values")
            .cause("a scaler decides again before its last decision shows, or two of them disagree")
            .fix("scale on queue wait, up at once and down slowly, with bounds")
            .unseen("who sets the size: search for setCorePoolSize and setMaximumPoolSize");
    look.observation().executors().stream()
        .filter(executor -> executor.name().equals(pool))
        .forEach(
            executor -> {
              suspicion.about(executor);
              suspicion.because("it is at %s now".formatted(size(executor)));
            });
    return suspicion.finding();
  }

  private static String size(ExecutorState executor) {
    return executor.core() == executor.limit()
        ? Words.counted(executor.core(), "thread")
        : "%d to %s threads"
            .formatted(
                executor.core(),
                executor.limit() == ExecutorState.UNBOUNDED
                    ? "any number of"
                    : String.valueOf(executor.limit()));
  }
}
