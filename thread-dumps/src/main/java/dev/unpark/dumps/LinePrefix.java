package dev.unpark.dumps;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes off what a log puts before each line of a dump.
 *
 * <pre>
 *   INFO   | jvm 1    | 2026/11/23 12:00:01 | Full thread dump OpenJDK 64-Bit Server VM (...
 *   INFO   | jvm 1    | 2026/11/23 12:00:02 | "main" #1 prio=5 ...
 * </pre>
 *
 * <p>The title of the dump shows the prefix, or else a thread's header does. Another line has it
 * too when its beginning looks the same, numbers counting as equal: clocks go on. Process and time
 * stand above the title; so whoever feeds the lines must look at these again when {@link #isNew}.
 */
final class LinePrefix {
  private static final String TITLE = "Full thread dump ";

  /** Other lines that a dump of its form begins with, and that say so wherever they stand. */
  private static final List<String> OPENINGS =
      List.of("Found one Java-level deadlock", "Current Thread: ");

  private static final int LONGEST = 200;

  /** What syslog makes of a tab. */
  private static final String TAB = "#011";

  private @Nullable String prefix;
  private boolean isNew;

  /** Whether the line that was stripped last has shown a prefix that was not known before. */
  boolean isNew() {
    return isNew;
  }

  String strip(String line) {
    String stripped = stripped(line);
    return stripped.startsWith(TAB) ? '\t' + stripped.substring(TAB.length()) : stripped;
  }

  private String stripped(String line) {
    isNew = false;
    if (prefix == null && isOfDump(line)) {
      return line;
    }
    int title = line.indexOf(TITLE);
    if (title == 0) {
      prefix = null;
    } else if (title > 0 && title <= LONGEST && !line.startsWith("2XM")) {
      // One that another title has shown fits this one, too.
      isNew = prefix == null || endOfPrefix(line, prefix, prefix.length()) != title;
      prefix = line.substring(0, title);
    }
    String known = prefix;
    if (known == null) {
      return fromHeader(line);
    }
    int end = endOfPrefix(line, known, known.length());
    if (end >= 0) {
      return line.substring(end);
    }
    // Behind an empty line of the dump, the log may have dropped the blank that ends its prefix.
    end = endOfPrefix(line, known, known.stripTrailing().length());
    return end == line.length() ? "" : fromHeader(line);
  }

  /** A program that logs one thread after the other shows its prefix before each of them. */
  private String fromHeader(String line) {
    for (String opening : OPENINGS) {
      int at = line.indexOf(opening);
      if (at > 0 && at <= LONGEST) {
        prefix = line.substring(0, at);
        return line.substring(at);
      }
    }
    int quote = line.indexOf('"');
    if (quote < 1 || quote > LONGEST || !line.contains(" Id=") && !line.contains(" tid=0x")) {
      return line;
    }
    String header = line.substring(quote);
    if (FormRecognizer.of(header) == DumpForm.UNKNOWN) {
      return line;
    }
    prefix = line.substring(0, quote);
    return header;
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
