package dev.unpark.agent.core;

import java.time.Duration;

/**
 * Keeps the agent under its share of one core: lengthens the time between two looks while it is
 * over, and shortens it again when calm.
 *
 * <p>The share is an average over some ten seconds, so that a burst of stacks when it matters is
 * free. The steps are doublings, down to the configured interval and up to {@link #SLOWEST}.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Budget {
  /** Slower than this would miss what the agent is there to see. */
  static final Duration SLOWEST = Duration.ofSeconds(8);

  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** Weaving, loading and compiling at the start are no sign of how dear a look is. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  /** Far enough below the budget that the faster tick will not be over it at once. */
  private static final double CALM = 0.4;

  private final double share;
  private final Duration fastest;
  private Duration interval;
  private long start;
  private long windowStart;
  private long cpuAtStart;

  /**
   * @param share of one core, 0 to 1
   * @param fastest the interval that the user wants
   */
  Budget(double share, Duration fastest) {
    this.share = share;
    this.fastest = fastest;
    this.interval = fastest;
  }

  /** Time until the next look. */
  Duration interval() {
    return interval;
  }

  /** Whether looks are rarer than the user wants. */
  boolean exceeded() {
    return interval.compareTo(fastest) > 0;
  }

  /**
   * Accounts for what the agent has used.
   *
   * @param nanos now, by any clock that only grows
   * @param cpuNanos processor time of the agent's threads so far
   * @return whether the interval has changed
   */
  boolean account(long nanos, long cpuNanos) {
    if (start == 0) {
      start = nanos;
    }
    if (windowStart == 0 || nanos - start < WARM_UP.toNanos()) {
      windowStart = nanos;
      cpuAtStart = cpuNanos;
      return false;
    }
    long elapsed = nanos - windowStart;
    if (elapsed < WINDOW.toNanos()) {
      return false;
    }
    double used = (double) (cpuNanos - cpuAtStart) / elapsed;
    windowStart = nanos;
    cpuAtStart = cpuNanos;
    Duration before = interval;
    if (used > share && interval.compareTo(SLOWEST) < 0) {
      interval = shorter(interval.multipliedBy(2), SLOWEST);
    } else if (used < share * CALM && exceeded()) {
      Duration half = interval.dividedBy(2);
      interval = half.compareTo(fastest) < 0 ? fastest : half;
    }
    return !before.equals(interval);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
