package dev.unpark.agent.core;

import java.time.Duration;
import java.util.List;

/**
 * Keeps the agent under its share of one core: steps down what it does while it is over, and up
 * again when calm.
 *
 * <p>The share is an average over ten seconds, so that a burst of stacks when it matters is free.
 * Each step costs about half of the one before it. A step up needs two calm averages in a row, and
 * twice as many each time that it was followed by a step down within a minute: a load at the edge
 * does not make the agent swing.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Governor {
  /**
   * What the agent does at one step.
   *
   * @param slower the interval between two looks is so many times what the user wants
   * @param stacks new stacks per look, at most
   * @param leastEvent the shortest wait that Flight Recorder is to tell
   */
  record Step(int slower, int stacks, Duration leastEvent) {}

  /** Longer than that apart, looks would miss what the agent is there to see. */
  static final Duration SLOWEST = Duration.ofSeconds(8);

  private static final Duration NONE = Duration.ofDays(1);

  private static final List<Step> STEPS =
      List.of(
          new Step(1, 128, Duration.ZERO),
          new Step(2, 64, Duration.ofMillis(50)),
          new Step(4, 32, Duration.ofMillis(200)),
          new Step(8, 16, Duration.ofSeconds(1)),
          new Step(16, 8, NONE));

  private static final long WINDOW = Duration.ofSeconds(10).toNanos();

  /** Weaving, loading and compiling at the start are no sign of how dear a look is. */
  private static final long WARM_UP = Duration.ofSeconds(15).toNanos();

  private static final long RELAPSE = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST_CALM = 64;

  /** Far enough below the budget that the dearer step will not be over it at once. */
  private static final double CALM = 0.4;

  private final double share;
  private final Duration fastest;
  private final long start;
  private long windowStart;
  private long cpuAtStart;
  private int step;
  private int calmNeeded = 2;
  private int calm;
  private long steppedUp;
  private boolean everUp;

  /**
   * @param share of one core, 0 to 1
   * @param fastest the interval that the user wants
   * @param now by any clock that only grows, in nanoseconds, here and below
   */
  Governor(double share, Duration fastest, long now) {
    this.share = share;
    this.fastest = fastest;
    this.start = now;
    this.windowStart = now;
  }

  /** What the agent is to do now. */
  Step step() {
    return STEPS.get(step);
  }

  /** Time until the next look. */
  Duration interval() {
    Duration wanted = fastest.multipliedBy(step().slower());
    Duration most = SLOWEST.compareTo(fastest) > 0 ? SLOWEST : fastest;
    return wanted.compareTo(most) < 0 ? wanted : most;
  }

  /** Whether the agent does less than the user wants. */
  boolean restrained() {
    return step > 0;
  }

  /**
   * Accounts for what the agent has used.
   *
   * @param cpuNanos processor time of the agent's threads so far
   * @return whether the step has changed
   */
  boolean account(long now, long cpuNanos) {
    if (now - start < WARM_UP) {
      windowStart = now;
      cpuAtStart = cpuNanos;
      return false;
    }
    long elapsed = now - windowStart;
    if (elapsed < WINDOW) {
      return false;
    }
    double used = (double) (cpuNanos - cpuAtStart) / elapsed;
    windowStart = now;
    cpuAtStart = cpuNanos;
    if (used > share) {
      return down(now);
    }
    calm = used < share * CALM ? calm + 1 : 0;
    if (step > 0 && calm >= calmNeeded) {
      step--;
      calm = 0;
      steppedUp = now;
      everUp = true;
      return true;
    }
    return false;
  }

  private boolean down(long now) {
    calm = 0;
    boolean relapse = everUp && now - steppedUp < RELAPSE;
    calmNeeded = relapse ? Math.min(LONGEST_CALM, calmNeeded * 2) : calmNeeded;
    if (step == STEPS.size() - 1) {
      return false;
    }
    step++;
    return true;
  }
}
