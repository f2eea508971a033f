package dev.unpark.diagnosis.report;

import java.util.Locale;

/**
 * Text of unknown origin, made fit for a terminal: a thread may be named anything, and what would
 * move a cursor is shown escaped.
 */
public final class Printable {
  private Printable() {}

  /** The text on one line, whatever its length. */
  public static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return escaped(text);
      }
    }
    return text;
  }

  /** The text on one line, cut after so many characters. */
  public static String text(String text, int longest) {
    return text.codePointCount(0, text.length()) <= longest
        ? text(text)
        : text(text.substring(0, text.offsetByCodePoints(0, longest))) + "...";
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\t') {
        out.append(' ');
      } else if (movesCursor(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", c));
      } else {
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  private static boolean movesCursor(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
