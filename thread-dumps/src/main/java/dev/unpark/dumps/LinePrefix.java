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
 * same, digits counting as equal: clocks go on.
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
    if (line.length() >= known.length() && looksAlike(line, known, known.length())) {
      return line.substring(known.length());
    }
    // Behind an empty line of the dump, the log may have dropped the blank that ends its prefix.
    int bare = known.stripTrailing().length();
    return line.length() == bare && looksAlike(line, known, bare) ? "" : line;
  }

  /** Nine lines of ten are frames, and no log begins its lines as they begin. */
  private static boolean isOfDump(String line) {
    return !line.isEmpty() && (line.charAt(0) == '\t' || line.charAt(0) == '"');
  }

  private static boolean looksAlike(String line, String prefix, int length) {
    for (int i = 0; i < length; i++) {
      char a = line.charAt(i);
      char b = prefix.charAt(i);
      if (a != b && !(isDigit(a) && isDigit(b))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
