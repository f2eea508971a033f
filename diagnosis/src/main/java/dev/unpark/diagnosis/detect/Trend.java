package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The looks over which a trend is judged, oldest first. */
final class Trend {
  /** A window of 5 s seen every 0.5 s spans 4.5 s or 5 s: what counts is nearly all of it. */
  private static final double FULL = 0.8;

  private final List<Observation> looks;
  private final Thresholds thresholds;

  private Trend(List<Observation> looks, Thresholds thresholds) {
    this.looks = looks;
    this.thresholds = thresholds;
  }

  static Trend of(Timeline timeline, Thresholds thresholds) {
    return new Trend(timeline.window(thresholds.trend()), thresholds);
  }

  List<Observation> looks() {
    return looks;
  }

  /** Whether there were looks enough, over time enough, to speak of a trend. */
  boolean isLongEnough() {
    return looks.size() >= thresholds.looks()
        && span().toMillis() >= FULL * thresholds.trend().toMillis();
  }

  Duration span() {
    return Duration.between(looks.get(0).time(), looks.get(looks.size() - 1).time());
  }

  /** Whether enough of these, one per look or per pair of looks, are so. */
  <T> boolean mostly(List<T> items, Predicate<T> isSo) {
    return !items.isEmpty()
        && items.stream().filter(isSo).count() >= thresholds.presence() * items.size();
  }
}
