package dev.unpark.agent.export;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of the agent's observations and events.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class Counts {
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong sampledOut = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  /** Delivered. */
  public void recorded(long number) {
    recorded.addAndGet(number);
  }

  /** Left out on purpose: nothing had happened. */
  public void sampledOut(long number) {
    sampledOut.addAndGet(number);
  }

  /** Lost: no room, or nobody to take them. */
  public void dropped(long number) {
    dropped.addAndGet(number);
  }

  public long recorded() {
    return recorded.get();
  }

  public long sampledOut() {
    return sampledOut.get();
  }

  public long dropped() {
    return dropped.get();
  }
}
