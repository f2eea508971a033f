package dev.unpark.agent.export;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One signal's way to the receiver, which may refuse one and take the other.
 *
 * <p>After a failure it stays closed for 1 s, then 2 s, and so on up to 30 s, each up to a quarter
 * longer by chance, so that a fleet does not come back in step.
 *
 * <p><b>Threading:</b> the exporter's thread alone.
 */
final class Lane {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private Duration backoff = SHORTEST;
  private long openAt = System.nanoTime();

  /** Nanoseconds until it may be tried; none or less when it may be now. */
  long closedFor() {
    return openAt - System.nanoTime();
  }

  void sent() {
    backoff = SHORTEST;
  }

  void failed() {
    long nanos = backoff.toNanos();
    openAt = System.nanoTime() + nanos + ThreadLocalRandom.current().nextLong(nanos / 4);
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  /** Not before then, though nothing has failed. */
  void rest(Duration time) {
    openAt = System.nanoTime() + time.toNanos();
  }
}
