package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.time.Duration;

/**
 * One thread between two looks.
 *
 * @param then as it was seen first
 * @param now as it was seen later
 * @param time between the two looks
 */
public record Stretch(ObservedThread then, ObservedThread now, Duration time) {
  /** Processor time is not known of both looks. */
  public static final long UNKNOWN = ThreadTraits.UNKNOWN_CPU;

  public Stretch {
    if (then.id() != now.id()) {
      throw new IllegalArgumentException(
          "threads %d and %d are not the same".formatted(then.id(), now.id()));
    }
  }

  /** Processor time used meanwhile in nanoseconds, or {@link #UNKNOWN}. */
  public long cpuNanos() {
    long before = then.traits().cpuNanos();
    long after = now.traits().cpuNanos();
    return before < 0 || after < before ? UNKNOWN : after - before;
  }

  /** Processor time used, as a share of the time that passed; 0 when unknown. */
  public double cpuShare() {
    long cpu = cpuNanos();
    return cpu < 0 || time.isZero() ? 0 : (double) cpu / time.toNanos();
  }

  /**
   * Whether the thread shows no sign of having gone on, apart from where it stands: it used less
   * processor time than that share, or, where that is unknown, its wait is not known to be another.
   */
  public boolean isAtRest(double cpuShare) {
    if (cpuNanos() != UNKNOWN) {
      return cpuShare() <= cpuShare;
    }
    Wait waitThen = then.currentWait();
    Wait waitNow = now.currentWait();
    return waitThen == null
        ? waitNow == null
        : waitNow != null
            && waitThen.resource().equals(waitNow.resource())
            && waitThen.turn().equals(waitNow.turn());
  }
}
