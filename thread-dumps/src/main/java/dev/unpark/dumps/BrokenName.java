package dev.unpark.dumps;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The header of a thread whose name has line breaks, while its lines come in. Confined to its
 * reader.
 */
final class BrokenName {
  /** A name with line breaks may go on for so many lines. */
  private static final int LINES = 20;

  private static final int LONGEST = 1 << 14;

  private @Nullable StringBuilder text;
  private int line;
  private int lines;

  /** A line that begins as a header does and does not end as one. */
  void begin(int number, String start) {
    text = new StringBuilder(start);
    line = number;
    lines = 1;
  }

  boolean isOpen() {
    return text != null;
  }

  /** Number of the line that it begins at. */
  int line() {
    return line;
  }

  /**
   * Tries whether one more line completes the header.
   *
   * @param open opens the thread of a header, if it is one
   * @return whether the line belongs to the name; if not, {@link #giveUp} tells the torn line
   */
  boolean take(String more, BiPredicate<Integer, String> open) {
    StringBuilder name = text;
    if (name == null || ++lines > LINES || name.length() + more.length() > LONGEST) {
      return false;
    }
    if (open.test(line, name.append('\n').append(more).toString())) {
      text = null;
    }
    return true;
  }

  /** It was no name after all: its first line. */
  String giveUp() {
    String torn = text == null ? "" : text.toString();
    text = null;
    int lineEnd = torn.indexOf('\n');
    return lineEnd < 0 ? torn : torn.substring(0, lineEnd);
  }
}
