package dev.unpark.dumps;

import java.util.Objects;

/**
 * A line that stands where a line of a dump should, and could not be read.
 *
 * @param source the file, as the user named it; empty for standard input
 * @param line its number, counted from 1
 * @param text what it says, cut to a length that fits a message
 * @param expected what could have stood there
 */
public record UnreadLine(String source, int line, String text, String expected) {
  private static final int LONGEST = 200;

  public UnreadLine {
    Objects.requireNonNull(source);
    Objects.requireNonNull(expected);
    if (line < 1) {
      throw new IllegalArgumentException("lines count from 1, got " + line);
    }
    text = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
