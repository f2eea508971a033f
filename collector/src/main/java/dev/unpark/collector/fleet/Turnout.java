package dev.unpark.collector.fleet;

import java.time.Duration;

/**
 * Decides how many JVMs are looked at when all of them together send more than can be diagnosed.
 *
 * <p>A full queue refuses whoever comes next, so that everybody loses every other look, and nothing
 * can be proven of anybody any more. So it is whole JVMs that are refused: fewer, step by step,
 * when tasks have stood in the queues for a while, and more again as soon as they do not. A
 * collector that has just started is slow for some seconds; that alone shuts nobody out.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
final class Turnout {
  /** A proof is due three seconds after the trouble; half of them may go here. */
  private static final long TOO_LONG = Duration.ofMillis(1_500).toNanos();

  private static final long SHORT = Duration.ofMillis(50).toNanos();

  /**
   * Turns for which tasks must have stood too long: until what stood in the queues before has been
   * worked off, they do not tell of the last step.
   */
  private static final int PATIENCE = 5;

  private static final double FEWER = 0.85;

  /** What a collector can look at whatever its machine. */
  private static final long LEAST = 20;

  /** No limit. */
  static final long ALL = Long.MAX_VALUE;

  private long most = ALL;
  private int tooLong;

  /**
   * The number of JVMs that may be looked at from now on; {@link #ALL} when there is time for all.
   *
   * @param standing how long tasks wait even at the best of times, in nanoseconds
   * @param seen how many JVMs are looked at
   * @param known how many report
   */
  long next(long standing, long seen, long known) {
    tooLong = standing > TOO_LONG ? tooLong + 1 : 0;
    if (tooLong == PATIENCE) {
      most = Math.max(LEAST, (long) (Math.min(most, seen) * FEWER));
      tooLong = 0;
    } else if (standing < SHORT && most < ALL) {
      // Beyond what is there it says nothing any more.
      most = most > known ? ALL : aTenthMore(Math.max(most, seen));
    }
    return most;
  }

  private static long aTenthMore(long jvms) {
    return (jvms * 11 + 9) / 10;
  }
}
