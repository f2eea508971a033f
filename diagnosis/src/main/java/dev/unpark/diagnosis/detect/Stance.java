package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    SortedMap<Long, ObservedThread> byId = new TreeMap<>();
    threads.forEach(thread -> byId.put(thread.id(), thread));
    ObservedThread[] now = byId.values().toArray(ObservedThread[]::new);
    long[] ids = Arrays.stream(now).mapToLong(ObservedThread::id).toArray();
    Instant since = timeline.latest().time();
    int stood = 1;
    for (int i = looks.size() - 2; i >= 0 && allStood(now, ids, looks.get(i), timeline); i--) {
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

  /**
   * Whether they all stood there at that look. Few are asked about as a rule, so the look is read
   * once, which leaves no index behind.
   *
   * @param now each thread once, by id
   * @param ids their ids
   */
  private static boolean allStood(
      ObservedThread[] now, long[] ids, Observation look, Timeline timeline) {
    if (timeline.isWorthAnIndex(look)) {
      ObservationIndex index = timeline.index(look);
      return Arrays.stream(now).allMatch(thread -> isSame(index.thread(thread.id()), thread));
    }
    int stood = 0;
    int next = 0;
    for (ObservedThread then : look.threads()) {
      // A JVM lists its threads in the order of their ids, so the next one is not searched for.
      boolean inOrder = next < ids.length && ids[next] == then.id();
      int at = inOrder ? next : Arrays.binarySearch(ids, then.id());
      if (at >= 0) {
        next = at + 1;
        if (!isSame(then, now[at])) {
          return false;
        }
        stood++;
      }
    }
    return stood == now.length;
  }

  /** The same wait in the same turn; where turns are unknown, at least in the same line. */
  private static boolean isSame(@Nullable ObservedThread then, ObservedThread now) {
    if (then == null) {
      return false;
    }
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
