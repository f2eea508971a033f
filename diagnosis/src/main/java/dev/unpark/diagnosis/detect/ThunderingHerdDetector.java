package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds calls that many threads try again at the same moment, wave after wave. */
public final class ThunderingHerdDetector implements Detector {

  /*
   * Retries that jitter spread over time come one by one; those of a herd come on top of each other,
   * from different threads. The source measures how many do, against the mean distance between
   * them, so that the delay between two waves does not matter. It must still go on: retries of a
   * failure that is over are no news.
   */
  private static final int PERCENT = 100;

  private final Thresholds thresholds;

  public ThunderingHerdDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "thundering-herd";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (Occurrence retries : timeline.latest().occurrences()) {
      if (retries.kind() == Occurrence.Kind.RETRY
          && retries.recent() >= thresholds.retries()
          && retries.bunched() >= thresholds.bunched()
          && goesOn(retries, timeline)) {
        findings.add(finding(retries, timeline));
      }
    }
    return findings;
  }

  /** Whether some came since the oldest look that is remembered. */
  private static boolean goesOn(Occurrence retries, Timeline timeline) {
    Observation oldest = timeline.last(Integer.MAX_VALUE).get(0);
    return oldest != timeline.latest()
        && oldest.occurrences().stream()
            .filter(before -> before.kind() == retries.kind())
            .filter(before -> before.subject().equals(retries.subject()))
            .noneMatch(before -> before.count() >= retries.count());
  }

  private Finding finding(Occurrence retries, Timeline timeline) {
    long percent = Math.round(retries.bunched() * PERCENT);
    return new Suspicion(
            type(),
            Severity.WARNING,
            timeline.look(),
            "\"%s\" is tried again in waves: %d times, %d %% of them at once with others"
                .formatted(retries.subject(), retries.recent(), percent))
        .signedBy(retries.subject())
        .because(
            "%d of 100 retries came, from another thread, within a sixteenth of their mean distance; of those that are spread at random 6 do"
                .formatted(percent))
        .now("switch these retries off, or let load in step by step, until what is called stands")
        .cause("a fixed delay before the next try, so that all who failed together come back so")
        .fix("exponential back-off with full jitter, few tries, in one layer only, with a budget")
        .unseen("retries that no library makes: loops of one's own around a call are not counted")
        .finding();
  }
}
