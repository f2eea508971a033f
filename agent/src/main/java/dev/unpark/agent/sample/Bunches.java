package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.Gaps;
import dev.unpark.diagnosis.model.Occurrence;

/**
 * Which share of some events came on top of others, of late.
 *
 * <p>A gap counts as short when it is below a sixteenth of the mean distance of the events: by
 * chance 6 of 100 are. Gaps after an event of the same thread do not count, so that one thread that
 * tries again at once is no crowd.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Bunches {
  private static final int SHORT = 16;
  private static final long KEPT_NANOS = Occurrence.RECENT.toNanos() / 2;

  private Mark older;
  private Mark newer;

  private record Mark(long nanos, long events, long[] gaps) {}

  Bunches(long now) {
    older = new Mark(now, 0, new long[Gaps.CLASSES]);
    newer = older;
  }

  /**
   * @param events how many there were so far
   * @param gaps how many gaps of each class so far
   */
  double share(long events, long[] gaps, long now) {
    long since = events - older.events();
    double share = 0;
    if (since > 1 && now > older.nanos()) {
      long mean = (now - older.nanos()) / since;
      long near = 0;
      for (int i = 0; i < gaps.length && Gaps.below(i) * SHORT <= mean; i++) {
        near += Math.max(0, gaps[i] - older.gaps()[i]);
      }
      share = Math.min(1, (double) near / since);
    }
    if (now - newer.nanos() >= KEPT_NANOS) {
      older = newer;
      newer = new Mark(now, events, gaps.clone());
    }
    return share;
  }
}
