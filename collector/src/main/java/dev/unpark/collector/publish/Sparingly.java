package dev.unpark.collector.publish;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which of many like events are worth a line in the log: the first of a kind at once, then
 * one now and then, ever more seldom while it goes on.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> it holds one entry for each
 * kind; callers have few kinds, and none that a stranger could name.
 *
 * @param <K> kind of event
 */
public final class Sparingly<K> {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Clock clock;
  private final Map<K, Silence> silences = new HashMap<>();

  /** Until when events of one kind are not written, and how many were not. */
  private record Silence(Instant until, Duration length, long unwritten) {}

  public Sparingly(Clock clock) {
    this.clock = clock;
  }

  /** How many were not written since the last line of that kind; -1 when it is not time yet. */
  public synchronized long turn(K kind) {
    Instant now = clock.instant();
    Silence silence = silences.get(kind);
    if (silence != null && now.isBefore(silence.until)) {
      silences.put(kind, new Silence(silence.until, silence.length, silence.unwritten + 1));
      return -1;
    }
    Duration next = FIRST;
    if (silence != null && now.isBefore(silence.until.plus(silence.length))) {
      Duration twice = silence.length.multipliedBy(2);
      next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
    silences.put(kind, new Silence(now.plus(next), next, 0));
    return silence == null ? 0 : silence.unwritten;
  }
}
