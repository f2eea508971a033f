package dev.unpark.dumps;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a line of a program out of the record that whoever stores logs makes of it.
 *
 * <pre>
 *   {"log":"\"main\" #1 prio=5 tid=0x7f runnable\n","stream":"stdout","time":"2026-..."}     docker
 *   2026-01-05T10:00:00.123456789Z stdout F "main" #1 prio=5 tid=0x7f runnable               containerd, CRI-O
 *   {"__CURSOR":"s=7","_PID":"4711","MESSAGE":"\"main\" #1 prio=5 tid=0x7f runnable"}         journald
 *   {"labels":{"app":"till"},"line":"\"main\" #1 prio=5 tid=0x7f runnable"}                   Loki
 *       "message": "\"main\" #1 prio=5 tid=0x7f runnable",                                   CloudWatch
 *   {"threadInfos":[{"stringifiedThreadInfo":"\"main\" Id=1 RUNNABLE\n\tat shop.Till..."},{"       Flink
 * </pre>
 *
 * <p>Records stand in records: a program that logs JSON does so in a container, too. Runtimes cut
 * lines after 16 KiB and say so: docker by the missing line end, the others by a {@code P}. <b>When
 * full:</b> of a line longer than {@link LineSource#LONGEST} the rest is dropped.
 */
final class ContainerLog {
  /** Where the line of the program stands, in the JSON of runtimes, shippers and log encoders. */
  private static final Pattern MESSAGE =
      Pattern.compile(
          "[{,] ?\"(?:log|message|msg|textPayload|MESSAGE|full_message|stringifiedThreadInfo)\" ?: ?\"");

  /** Loki's name for it; elsewhere the number of a line has that name, and another field counts. */
  private static final Pattern LINE = Pattern.compile("[{,] ?\"line\" ?: ?\"");

  /** Many records on one line: what CloudWatch answers, or Flink of its threads. */
  private static final Pattern MANY =
      Pattern.compile("(?:\\{ ?\"(?:events|threadInfos)\" ?: ?)?\\[ ?\\{ ?\"");

  /** The same as a line of its own, where records are printed to be read by people. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "[ \t]+\"(?:log|message|msg|textPayload|MESSAGE|line|stringifiedThreadInfo)\" ?: ?\"");

  /** What stands around it there. */
  private static final Pattern AROUND =
      Pattern.compile("\\s*[\\[\\]{}]+,?|\\s+\"[\\w@.-]{1,50}\" ?: ?.*");

  /** The message stands near the beginning of its record. */
  private static final int NEAR = 4000;

  /** A record in a record in a record is none that anybody writes. */
  private static final int DEEPEST = 3;

  private static final Pattern CRI =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,18}(?:Z|[+-]\\d\\d:\\d\\d) (?:stdout|stderr) ([FP])(?::\\S{0,20})? ?");

  private final StringBuilder begun = new StringBuilder();

  /** Whether such a line has been met. */
  private boolean printedForPeople;

  /** The program's line, or null when it goes on in the next record, or none is in this one. */
  @Nullable String take(String line) {
    String taken = outermost(line);
    for (int depth = 1; depth < DEEPEST && taken != null && taken != line; depth++) {
      // What the inner record says is one line of the program, wherever it ends.
      int inner = taken.startsWith("{") ? message(taken) : -1;
      if (inner < 0) {
        return taken;
      }
      taken = withoutEnd(unescaped(taken, inner));
    }
    return taken;
  }

  private @Nullable String outermost(String line) {
    char first = line.isEmpty() ? ' ' : line.charAt(0);
    if ((first == '{' || first == '[') && MANY.matcher(line).lookingAt()) {
      return messages(line);
    }
    if (first == '{') {
      int from = message(line);
      return from < 0 ? line : json(line, from, line.startsWith("{\"log\""));
    }
    if (first >= '0' && first <= '9' && line.length() > 10 && line.charAt(10) == 'T') {
      Matcher record = CRI.matcher(line);
      if (record.lookingAt()) {
        return whole(line.substring(record.end()), record.group(1).equals("F"));
      }
    }
    if (first <= ' ' && !line.startsWith("\tat ") && line.indexOf('"') > 0) {
      Matcher member = MEMBER.matcher(line);
      if (member.lookingAt()) {
        printedForPeople = true;
        return withoutEnd(unescaped(line, member.end()));
      }
    }
    return printedForPeople && AROUND.matcher(line).matches() ? null : line;
  }

  /** Every message of a line that holds many records. */
  private static String messages(String line) {
    StringBuilder all = new StringBuilder();
    Matcher message = MESSAGE.matcher(line);
    while (message.find()) {
      String one = unescaped(line, message.end());
      all.append(all.length() == 0 ? "" : "\n").append(withoutEnd(one));
    }
    return all.toString();
  }

  /** Where the message of a record begins; -1 when it has none. */
  private static int message(String record) {
    int near = Math.min(NEAR, record.length());
    Matcher message = MESSAGE.matcher(record).region(0, near);
    if (message.find()) {
      return message.end();
    }
    Matcher line = LINE.matcher(record).region(0, near);
    return line.find() ? line.end() : -1;
  }

  /** What a last record began that has no end; null when there is none. */
  @Nullable String rest() {
    return begun.length() == 0 ? null : whole("", true);
  }

  /**
   * @param cuts whether a missing line end means that the next record goes on
   */
  private @Nullable String json(String line, int from, boolean cuts) {
    String text = unescaped(line, from);
    return whole(withoutEnd(text), text.endsWith("\n") || !cuts);
  }

  private static String withoutEnd(String text) {
    int end = text.length();
    if (text.endsWith("\n")) {
      end -= text.endsWith("\r\n") ? 2 : 1;
    }
    return text.substring(0, end);
  }

  /** The JSON string whose content begins there. */
  private static String unescaped(String line, int from) {
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
    return text.toString();
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
