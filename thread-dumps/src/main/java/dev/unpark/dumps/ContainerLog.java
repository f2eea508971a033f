package dev.unpark.dumps;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a line of a program out of the record that its container's runtime makes of it.
 *
 * <pre>
 *   {"log":"\"main\" #1 prio=5 tid=0x7f runnable\n","stream":"stdout","time":"2026-..."}     docker
 *   2026-01-05T10:00:00.123456789Z stdout F "main" #1 prio=5 tid=0x7f runnable               containerd, CRI-O
 * </pre>
 *
 * <p>Runtimes cut lines after 16 KiB and say so: docker by the missing line end, the others by a
 * {@code P}. <b>When full:</b> of a line longer than {@link LineSource#LONGEST} the rest is
 * dropped.
 */
final class ContainerLog {
  /** Where the line of the program stands, in the JSON of runtimes, shippers and log encoders. */
  private static final Pattern MESSAGE =
      Pattern.compile("[{,] ?\"(?:log|message|msg|textPayload)\" ?: ?\"");

  /** The message stands near the beginning of its record. */
  private static final int NEAR = 1000;

  private static final Pattern CRI =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,18}(?:Z|[+-]\\d\\d:\\d\\d) (?:stdout|stderr) ([FP])(?::\\S{0,20})? ?");

  private final StringBuilder begun = new StringBuilder();

  /** The program's line, or null when it goes on in the next record. */
  @Nullable String take(String line) {
    char first = line.isEmpty() ? ' ' : line.charAt(0);
    if (first == '{') {
      Matcher message = MESSAGE.matcher(line).region(0, Math.min(NEAR, line.length()));
      return message.find() ? json(line, message.end(), line.startsWith("{\"log\"")) : line;
    }
    if (first >= '0' && first <= '9' && line.length() > 10 && line.charAt(10) == 'T') {
      Matcher record = CRI.matcher(line);
      if (record.lookingAt()) {
        return whole(line.substring(record.end()), record.group(1).equals("F"));
      }
    }
    return line;
  }

  /** What a last record began that has no end; null when there is none. */
  @Nullable String rest() {
    return begun.length() == 0 ? null : whole("", true);
  }

  /**
   * @param cuts whether a missing line end means that the next record goes on
   */
  private @Nullable String json(String line, int from, boolean cuts) {
    StringBuilder text = new StringBuilder(line.length());
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        break;
      }
      if (c == '\\' && i + 1 < line.length()) {
        c = line.charAt(++i);
        if (c == 'u' && i + 4 < line.length()) {
          text.append(unicode(line, i + 1));
          i += 4;
          continue;
        }
        c = unescaped(c);
      }
      text.append(c);
    }
    int end = text.length();
    boolean ends = end > 0 && text.charAt(end - 1) == '\n';
    if (ends) {
      end -= end > 1 && text.charAt(end - 2) == '\r' ? 2 : 1;
    }
    return whole(text.substring(0, end), ends || !cuts);
  }

  private static char unicode(String line, int from) {
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(line.charAt(i), 16);
      if (digit < 0) {
        return '\ufffd';
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> c;
    };
  }

  private @Nullable String whole(String part, boolean ends) {
    if (begun.length() == 0 && ends) {
      return part;
    }
    if (begun.length() < LineSource.LONGEST) {
      begun.append(part);
    }
    if (!ends) {
      return null;
    }
    String whole = begun.toString();
    begun.setLength(0);
    return whole;
  }
}
