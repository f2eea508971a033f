package dev.unpark.diagnosis.detect;

import java.time.Duration;

/**
 * Every number on which a verdict about a trend rests. Knots need none.
 *
 * @param trend how long a trend must stand: long enough for a burst to pass, short enough to wake
 *     someone in time
 * @param looks how many looks a trend needs at least, so that a slow sampler proves nothing by two
 * @param presence share of looks, 0 to 1, that must show a trend: one lucky look clears nobody
 * @param queueWait a task that waits this long for a worker is noticed by whoever sent it
 * @param waitingWorkers share of the workers, 0 to 1, that wait rather than compute when a pool is
 *     exhausted by something else than its own work
 * @param standingWaiters threads that must stand behind one lock: two meet by chance, three queue
 */
public record Thresholds(
    Duration trend,
    int looks,
    double presence,
    Duration queueWait,
    double waitingWorkers,
    int standingWaiters) {
  /** Suits most JVMs. */
  public static final Thresholds DEFAULT =
      new Thresholds(Duration.ofSeconds(5), 3, 0.8, Duration.ofSeconds(1), 0.5, 3);
}
