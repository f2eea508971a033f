package dev.unpark.dumps;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The lines above the title of a HotSpot dump: which process, and when. They are remembered until a
 * title comes, or a line that belongs to no dump. Confined to its reader.
 */
final class HotSpotPreamble {
  private final ZoneId zone;
  private @Nullable Instant time;
  private long pid = -1;
  private int firstLine;

  HotSpotPreamble(ZoneId zone) {
    this.zone = zone;
  }

  /** Whether a line can stand above a title. */
  boolean isPart(String text) {
    return DumpTime.ofLocal(text, zone) != null || pid(text) >= 0;
  }

  /** Takes a line that stands outside of any dump. */
  void line(int number, String text) {
    if (text.isBlank()) {
      return;
    }
    Instant clock = DumpTime.ofLocal(text, zone);
    long process = clock == null ? pid(text) : -1;
    if (clock != null) {
      time = clock;
    } else if (process >= 0) {
      pid = process;
      time = null;
    } else {
      forget();
      return;
    }
    if (firstLine == 0) {
      firstLine = number;
    }
  }

  /** Where a dump begins whose title stands in that line. */
  int firstLine(int title) {
    return firstLine > 0 ? firstLine : title;
  }

  /** Tells the dump what was remembered, and forgets it. */
  void tell(PrintedDump dump) {
    dump.time = time;
    dump.pid = pid;
    forget();
  }

  private void forget() {
    time = null;
    pid = -1;
    firstLine = 0;
  }

  /** The process that a line like {@code 12608:} consists of, or -1. */
  static long pid(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > 18 || text.charAt(digits) != ':') {
      return -1;
    }
    long pid = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        return -1;
      }
      pid = pid * 10 + digit;
    }
    return pid;
  }
}
