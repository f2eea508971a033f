package dev.unpark.cli;

import java.util.Locale;

/** Text of unknown origin, made fit for one line of a terminal. */
final class Plain {
  private static final int LONGEST = 160;

  private Plain() {}

  /** The text, cut to a line's length, with what would move a cursor shown escaped. */
  static String text(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            c -> {
              boolean visible =
                  !Character.isISOControl(c)
                      && Character.getType(c) != Character.FORMAT
                      && Character.getType(c) != Character.SURROGATE;
              if (visible || c == '\t') {
                out.appendCodePoint(c == '\t' ? ' ' : c);
              } else {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return text.codePointCount(0, text.length()) > LONGEST
        ? out.append("...").toString()
        : out.toString();
  }
}
