package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * How long threads have stood in the waits of the newest look.
 *
 * @param since the earliest look from which on every look shows them in these waits
 * @param looks how many looks that are, one at least
 * @param fromDump whether a dump shows it, which is all that its reader has
 */
record Stance(Instant since, int looks, boolean fromDump) {
  private static final int MOST_LOOKS = 100;

  static Stance of(Collection<ObservedThread> threads, Timeline timeline) {
    List<Observation> looks = timeline.last(MOST_LOOKS);
    Instant since = timeline.latest().time();
    int stood = 1;
    for (int i = looks.size() - 2; i >= 0 && allStood(threads, timeline.index(looks.get(i))); i--) {
      since = looks.get(i).time();
      stood++;
    }
    return new Stance(since, stood, threads.stream().allMatch(thread -> thread.evidence() != null));
  }

  /**
   * Whether a suspicion that rests on this is worth telling. A dump's reader has nothing else; a
   * live look comes every moment, and only what stands for as long as a trend does is told.
   */
  boolean isTold(Timeline timeline, Thresholds thresholds) {
    Duration stood = Duration.between(since, timeline.latest().time());
    return fromDump || stood.toMillis() >= Trend.FULL * thresholds.trend().toMillis();
  }

  /**
   * Whether a ring that rests on a belief is worth telling: none of its threads has gone on over
   * several looks, which is more than that they were found waiting each time.
   */
  boolean isToldAsRing(Timeline timeline, Thresholds thresholds) {
    Duration stood = Duration.between(since, timeline.latest().time());
    return isTold(timeline, thresholds)
        || looks >= thresholds.looks() && stood.compareTo(thresholds.belief()) >= 0;
  }

  private static boolean allStood(Collection<ObservedThread> threads, ObservationIndex index) {
    for (ObservedThread now : threads) {
      ObservedThread then = index.thread(now.id());
      if (then == null || !isSame(then, now)) {
        return false;
      }
    }
    return true;
  }

  /** The same wait in the same turn; where turns are unknown, at least in the same line. */
  private static boolean isSame(ObservedThread then, ObservedThread now) {
    Wait before = then.currentWait();
    Wait wait = now.currentWait();
    if (before == null || wait == null) {
      return before == wait && then.state() == now.state() && then.stack().equals(now.stack());
    }
    return before.isStill(wait)
        || wait.turn().isEmpty()
            && before.resource().equals(wait.resource())
            && then.stack().equals(now.stack());
  }
}
