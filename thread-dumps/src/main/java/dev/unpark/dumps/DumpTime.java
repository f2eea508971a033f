package dev.unpark.dumps;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Times, as dumps print them. What no clock of a JVM can have shown is no time. */
final class DumpTime {
  private static final Instant FIRST = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  private DumpTime() {}

  /** The time of {@code 2026-11-23T20:45:19.200493770Z}, or null. */
  static @Nullable Instant ofInstant(String text) {
    try {
      return possible(Instant.parse(text));
    } catch (DateTimeException notATime) {
      return null;
    }
  }

  /** The local time that a line like {@code 2026-11-23 20:45:22} consists of, or null. */
  static @Nullable Instant ofLocal(String text, ZoneId zone) {
    if (text.length() != 19 || text.charAt(4) != '-' || text.charAt(13) != ':') {
      return null;
    }
    try {
      return possible(LocalDateTime.parse(text.replace(' ', 'T')).atZone(zone).toInstant());
    } catch (DateTimeException notATime) {
      return null;
    }
  }

  private static @Nullable Instant possible(Instant time) {
    return time.isBefore(FIRST) || time.isAfter(LAST) ? null : time;
  }
}
