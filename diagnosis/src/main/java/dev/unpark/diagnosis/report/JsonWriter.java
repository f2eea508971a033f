package dev.unpark.diagnosis.report;

import org.jspecify.annotations.Nullable;

/**
 * Writes JSON, compact and on one line.
 *
 * <p>The agent must say findings as JSON without any library, so this does: it knows commas, quotes
 * and escapes, and leaves the order of things to its caller.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  public JsonWriter beginObject() {
    return open('{');
  }

  public JsonWriter endObject() {
    return close('}');
  }

  public JsonWriter beginArray() {
    return open('[');
  }

  public JsonWriter endArray() {
    return close(']');
  }

  /** The key of the next value. */
  public JsonWriter name(String name) {
    comma();
    quote(name);
    out.append(':');
    first = true;
    return this;
  }

  public JsonWriter value(@Nullable String value) {
    comma();
    if (value == null) {
      out.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  public JsonWriter value(long value) {
    comma();
    out.append(value);
    return this;
  }

  public JsonWriter value(boolean value) {
    comma();
    out.append(value);
    return this;
  }

  /** An array of strings. */
  public JsonWriter strings(Iterable<String> values) {
    beginArray();
    for (String value : values) {
      value(value);
    }
    return endArray();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private JsonWriter open(char bracket) {
    comma();
    out.append(bracket);
    first = true;
    return this;
  }

  private JsonWriter close(char bracket) {
    out.append(bracket);
    first = false;
    return this;
  }

  private void comma() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Lone surrogates are no characters; escaped, they survive every encoder. Controls from
          // 0x80 on would command a terminal as well as those below 0x20.
          if (c < 0x20
              || c >= 0x7f && c <= 0x9f
              || c == 0x2028
              || c == 0x2029
              || isLoneSurrogate(text, i)) {
            out.append("\\u");
            String hex = Integer.toHexString(c);
            out.append("0".repeat(4 - hex.length())).append(hex);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
