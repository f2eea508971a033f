package dev.unpark.agent.recording;

import java.time.Duration;

/**
 * The shortest wait that is worth an event. Flight Recorder has no throttle for waits, so this one
 * rises and falls with their number: more than {@value #MOST_EVENTS} in ten seconds double it,
 * fewer than a tenth of that halve it, between {@link #LEAST} and {@link #MOST}.
 *
 * <p><b>Threading:</b> the stream's thread alone.
 */
public final class Threshold {
  /** Of none at all. */
  public static final Duration OFF = Duration.ofDays(1);

  static final Duration LEAST = Duration.ofMillis(20);
  static final Duration MOST = Duration.ofSeconds(5);
  private static final int MOST_EVENTS = 2_000;
  private static final long WINDOW_NANOS = 10_000_000_000L;

  private Duration value = LEAST;
  private long windowStart;
  private int events;

  /**
   * @param now by any clock that only grows, in nanoseconds, here and below
   */
  Threshold(long now) {
    windowStart = now;
  }

  void count() {
    events++;
  }

  /** What is worth an event from now on. A flood is answered before the window is over. */
  Duration at(long now) {
    boolean flood = events > MOST_EVENTS;
    if (!flood && now - windowStart < WINDOW_NANOS) {
      return value;
    }
    if (flood && value.compareTo(MOST) < 0) {
      value = value.multipliedBy(2);
    } else if (events < MOST_EVENTS / 10 && value.compareTo(LEAST) > 0) {
      value = value.dividedBy(2);
    }
    windowStart = now;
    events = 0;
    return value;
  }
}
