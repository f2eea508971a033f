package dev.unpark.dumps;

import org.jspecify.annotations.Nullable;

/**
 * Takes off what a log puts before each line of a dump.
 *
 * <pre>
 *   INFO   | jvm 1    | 2026/11/23 12:00:01 | Full thread dump OpenJDK 64-Bit Server VM (...
 *   INFO   | jvm 1    | 2026/11/23 12:00:02 | "main" #1 prio=5 ...
 * </pre>
 *
 * <p>The title of the dump shows the prefix. Another line has it too when its beginning looks the
 * same, numbers counting as equal: clocks go on.
 */
final class LinePrefix {
  private static final String TITLE = "Full thread dump ";
  private static final int LONGEST = 200;

  private @Nullable String prefix;

  String strip(String line) {
    if (prefix == null && isOfDump(line)) {
      return line;
    }
    int title = line.indexOf(TITLE);
    if (title == 0) {
      prefix = null;
    } else if (title > 0 && title <= LONGEST && !line.startsWith("2XM")) {
      prefix = line.substring(0, title);
    }
    String known = prefix;
    if (known == null) {
      return line;
    }
    int end = endOfPrefix(line, known, known.length());
    if (end >= 0) {
      return line.substring(end);
    }
    // Behind an empty line of the dump, the log may have dropped the blank that ends its prefix.
    end = endOfPrefix(line, known, known.stripTrailing().length());
    return end == line.length() ? "" : line;
  }

  /** Nine lines of ten are frames, and no log begins its lines as they begin. */
  private static boolean isOfDump(String line) {
    return !line.isEmpty() && (line.charAt(0) == '\t' || line.charAt(0) == '"');
  }

  /** Where what looks like the prefix ends in a line; -1 when it does not begin with such. */
  private static int endOfPrefix(String line, String prefix, int length) {
    int at = 0;
    int i = 0;
    while (i < length) {
      if (at >= line.length()) {
        return -1;
      }
      if (isDigit(prefix.charAt(i)) && isDigit(line.charAt(at))) {
        // Numbers may have fewer digits: fractions of seconds lose their zeros.
        i = behindDigits(prefix, i);
        at = behindDigits(line, at);
      } else if (prefix.charAt(i++) != line.charAt(at++)) {
        return -1;
      }
    }
    return at;
  }

  private static int behindDigits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
