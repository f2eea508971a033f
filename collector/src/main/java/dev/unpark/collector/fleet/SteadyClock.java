package dev.unpark.collector.fleet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that goes on evenly, whatever becomes of the machine's: what it is set to when it starts,
 * and from then on what has passed.
 *
 * <p>How long a JVM has been silent, or a failed attempt is past, is measured with this one. The
 * machine's may be set forward by a day, and every JVM would seem silent; or back by one, and
 * nothing would be tried again before tomorrow. Its times are for comparison, not to be shown.
 *
 * <p><b>Threading:</b> any thread may ask.
 */
public final class SteadyClock extends Clock {
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return start.plus(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("found zone %s, expected none".formatted(zone));
  }
}
