package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;

/**
 * The looks over which a trend is judged, oldest first: all of the last few seconds, or the last
 * few where looks are taken further apart than that.
 */
final class Trend {
  /** A window of 5 s seen every 0.5 s spans 4.5 s or 5 s: what counts is nearly all of it. */
  static final double FULL = 0.8;

  private final List<Observation> looks;
  private final Thresholds thresholds;

  private Trend(List<Observation> looks, Thresholds thresholds) {
    this.looks = looks;
    this.thresholds = thresholds;
  }

  static Trend of(Timeline timeline, Thresholds thresholds) {
    List<Observation> window = timeline.window(thresholds.trend());
    return new Trend(
        window.size() < thresholds.looks() ? timeline.last(thresholds.looks()) : window,
        thresholds);
  }

  List<Observation> looks() {
    return looks;
  }

  /**
   * Whether there were looks enough, over time enough, to speak of a trend. Dumps are few, and each
   * was taken on purpose: there the looks must do.
   */
  boolean isLongEnough() {
    return looks.size() >= thresholds.looks()
        && (isOfDumps() || span().toMillis() >= FULL * thresholds.trend().toMillis());
  }

  private boolean isOfDumps() {
    return looks.get(0).threads().stream().anyMatch(Waits::fromDump);
  }

  Duration span() {
    return Duration.between(looks.get(0).time(), looks.get(looks.size() - 1).time());
  }

  /** Whether {@code so} of {@code all} looks, or pairs of looks, are enough. */
  boolean mostlyOf(long all, long so) {
    return all > 0 && so >= thresholds.presence() * all;
  }
}
