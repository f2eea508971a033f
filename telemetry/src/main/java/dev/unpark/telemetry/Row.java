package dev.unpark.telemetry;

import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads one row of a frame from left to right; what does not fit is refused with its place. */
final class Row {
  private final String place;
  private final List<Value<?>> values;
  private final List<String> strings;
  private int next;

  /**
   * @param place what the row is, for messages: {@code T[3]}
   * @param strings what the string numbers of this frame stand for
   */
  Row(String place, Value<?> row, List<String> strings) throws MalformedObservation {
    this.place = place;
    this.values = list(place, row);
    this.strings = strings;
  }

  /** The elements of a list value. */
  @SuppressWarnings("unchecked") // the type of a value is the type of what it holds
  static List<Value<?>> list(String place, Value<?> value) throws MalformedObservation {
    if (value.getType() != ValueType.ARRAY) {
      throw unexpected(place, value.getType(), "a list");
    }
    return (List<Value<?>>) value.getValue();
  }

  static long number(String place, Value<?> value) throws MalformedObservation {
    if (value.getType() != ValueType.LONG) {
      throw unexpected(place, value.getType(), "a number");
    }
    return (Long) value.getValue();
  }

  static String string(String place, Value<?> value) throws MalformedObservation {
    if (value.getType() != ValueType.STRING) {
      throw unexpected(place, value.getType(), "a string");
    }
    String string = (String) value.getValue();
    if (string.length() > Wire.MAX_ID_LENGTH) {
      throw new MalformedObservation(
          "%s is %d characters long, at most %d are accepted"
              .formatted(place, string.length(), Wire.MAX_ID_LENGTH));
    }
    return string;
  }

  private static MalformedObservation unexpected(String place, ValueType found, String expected) {
    return new MalformedObservation("%s: found %s, expected %s".formatted(place, found, expected));
  }

  boolean hasNext() {
    return next < values.size();
  }

  long number() throws MalformedObservation {
    Value<?> value = next();
    // The place is worded only for what is wrong: this is the most frequent line of a collector.
    return value.getType() == ValueType.LONG ? (Long) value.getValue() : number(at(), value);
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
    Value<?> value = next();
    return value.getType() == ValueType.STRING
            && ((String) value.getValue()).length() <= Wire.MAX_ID_LENGTH
        ? (String) value.getValue()
        : string(at(), value);
  }

  <T> T pick(long number, List<T> from, String what) throws MalformedObservation {
    if (number < 0 || number >= from.size()) {
      throw new MalformedObservation("%s: %s %d of %d".formatted(at(), what, number, from.size()));
    }
    return from.get((int) number);
  }

  /** Every number that is left, once each. */
  Set<Long> restAsSet() throws MalformedObservation {
    Set<Long> rest = new HashSet<>();
    while (hasNext()) {
      rest.add(number());
    }
    return rest;
  }

  MalformedObservation wrong(String why) {
    return new MalformedObservation(place + ": " + why);
  }

  private Value<?> next() throws MalformedObservation {
    if (!hasNext()) {
      throw new MalformedObservation(
          "%s ends after %d values, more were expected".formatted(place, values.size()));
    }
    return values.get(next++);
  }

  private String at() {
    return "%s[%d]".formatted(place, next - 1);
  }
}
