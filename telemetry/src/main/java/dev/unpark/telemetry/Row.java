package dev.unpark.telemetry;

import io.opentelemetry.api.common.ValueType;
import java.util.List;

/** Reads one row of a frame from left to right; what does not fit is refused with its place. */
final class Row {
  private final String place;
  private final WireBytes values;
  private final List<String> strings;
  private boolean more;
  private int read;

  /**
   * @param place what the row is, for messages: {@code T}
   * @param list the content of a list
   * @param strings what the string numbers of this frame stand for
   */
  Row(String place, WireBytes.Slice list, List<String> strings) throws MalformedObservation {
    this.place = place;
    this.values = list.open();
    this.strings = strings;
    this.more = values.toElement();
  }

  boolean hasNext() {
    return more;
  }

  long number() throws MalformedObservation {
    next(ValueType.LONG, "a number");
    return values.number();
  }

  int count() throws MalformedObservation {
    long number = number();
    if (number != (int) number) {
      throw new MalformedObservation("%s: %d is beyond an int".formatted(at(), number));
    }
    return (int) number;
  }

  /** A string given by its number. */
  String string() throws MalformedObservation {
    return pick(number(), strings, "string");
  }

  /** A string given in full. */
  String plainString() throws MalformedObservation {
    next(ValueType.STRING, "a string");
    // Nobody's string has more characters than bytes.
    if (values.contentLength() > Wire.MAX_ID_LENGTH) {
      throw new MalformedObservation(
          "%s is %d bytes long, at most %d are accepted"
              .formatted(place, values.contentLength(), Wire.MAX_ID_LENGTH));
    }
    WireBytes.Slice text = values.content();
    return SharedTexts.text(text.bytes(), text.from(), text.to());
  }

  /** A row in this one. */
  Row row() throws MalformedObservation {
    next(ValueType.ARRAY, "a list");
    return new Row(place, values.content(), strings);
  }

  <T> T pick(long number, List<T> from, String what) throws MalformedObservation {
    if (number < 0 || number >= from.size()) {
      throw new MalformedObservation("%s: %s %d of %d".formatted(at(), what, number, from.size()));
    }
    return from.get((int) number);
  }

  MalformedObservation wrong(String why) {
    return new MalformedObservation(place + ": " + why);
  }

  private void next(ValueType expected, String words) throws MalformedObservation {
    if (!more) {
      throw new MalformedObservation(
          "%s ends after %d values, more were expected".formatted(place, read));
    }
    values.element();
    read++;
    // The place is worded only for what is wrong: this is the most frequent line of a collector.
    if (values.type() != expected) {
      throw unexpected(at(), values.type(), words);
    }
    more = values.toElement();
  }

  static MalformedObservation unexpected(String place, ValueType found, String expected) {
    return new MalformedObservation("%s: found %s, expected %s".formatted(place, found, expected));
  }

  private String at() {
    return "%s[%d]".formatted(place, read - 1);
  }
}
