package dev.unpark.dumps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * The header of a thread whose name has line breaks, while its lines come in. Confined to its
 * reader.
 *
 * <p>Whether a line that begins as a header does is one shows only in a later line. If it is none,
 * the lines behind it are what they would have been without it, and are handed back.
 */
final class BrokenName {
  /** A name with line breaks may go on for so many lines. */
  private static final int LINES = 20;

  private static final int LONGEST = 1 << 14;

  /** Takes a line of the file. */
  interface Lines {
    void line(int number, String text);
  }

  private final StringBuilder text = new StringBuilder();
  private final List<String> lines = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();

  /** A line that begins as a header does and does not end as one. */
  void begin(int number, String start) {
    clear();
    keep(number, start);
  }

  boolean isOpen() {
    return !lines.isEmpty();
  }

  /** Number of the line that it begins at. */
  int line() {
    return numbers.get(0);
  }

  /**
   * Tries whether one more line completes the header.
   *
   * @param open opens the thread of a header, if it is one
   * @return whether the line belongs to the name; if not, {@link #giveUp} tells the torn line
   */
  boolean take(int number, String more, BiPredicate<Integer, String> open) {
    if (lines.size() == LINES || text.length() + more.length() > LONGEST) {
      return false;
    }
    keep(number, more);
    if (open.test(line(), text.toString())) {
      clear();
    }
    return true;
  }

  /**
   * It was no name after all.
   *
   * @param torn takes its first line
   * @param rest takes the others, one after the other
   */
  void giveUp(Lines torn, Lines rest) {
    if (lines.isEmpty()) {
      return;
    }
    List<String> texts = List.copyOf(lines);
    List<Integer> places = List.copyOf(numbers);
    clear();
    torn.line(places.get(0), texts.get(0));
    for (int i = 1; i < texts.size(); i++) {
      rest.line(places.get(i), texts.get(i));
    }
  }

  private void keep(int number, String line) {
    if (!lines.isEmpty()) {
      text.append('\n');
    }
    text.append(line);
    lines.add(line);
    numbers.add(number);
  }

  private void clear() {
    text.setLength(0);
    lines.clear();
    numbers.clear();
  }
}
