package dev.unpark.collector.receive;

/**
 * So much a second, two seconds' worth at once. What was taken beyond it is a debt that has to be
 * waited for.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
final class Allowance {
  private static final double NANOS = 1e9;
  private static final double BURST_SECONDS = 2;

  private final double perSecond;
  private double left;
  private long asOf;

  Allowance(long perSecond, long nanoTime) {
    this.perSecond = perSecond;
    this.left = perSecond * BURST_SECONDS;
    this.asOf = nanoTime;
  }

  /** Seconds to wait until something is left; 0 when it is now. */
  synchronized int secondsToWait(long nanoTime) {
    fill(nanoTime);
    return left > 0 ? 0 : (int) Math.min(3_600, Math.ceil(-left / perSecond) + 1);
  }

  synchronized void take(long amount, long nanoTime) {
    fill(nanoTime);
    left -= amount;
  }

  private void fill(long nanoTime) {
    left = Math.min(perSecond * BURST_SECONDS, left + (nanoTime - asOf) / NANOS * perSecond);
    asOf = nanoTime;
  }
}
