package dev.unpark.telemetry;

import io.opentelemetry.api.common.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * Steps through the bytes of an OTLP {@code AnyValue}, and builds nothing of them.
 *
 * <p>A frame is some thousand values, each a message of its own in protobuf's eyes. As objects they
 * would take ten times the memory of the observation that they describe, for a moment.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class WireBytes {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = 7;
  private static final int LONGEST_VARINT = 10;

  /** {@code ArrayValue.values} and {@code KeyValueList.values}, with their wire type. */
  static final int ELEMENT = 1 << TYPE_BITS | LENGTH_DELIMITED;

  private static final int STRING_VALUE = 1 << TYPE_BITS | LENGTH_DELIMITED;
  private static final int INT_VALUE = 3 << TYPE_BITS;
  private static final int ARRAY_VALUE = 5 << TYPE_BITS | LENGTH_DELIMITED;

  private final byte[] bytes;
  private final int end;
  private int at;

  // What the last value was.
  private ValueType type = ValueType.EMPTY;
  private long number;
  private int from;
  private int to;

  WireBytes(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Bytes from one place up to another. */
  record Slice(byte[] bytes, int from, int to) {
    WireBytes open() {
      return new WireBytes(bytes, from, to);
    }
  }

  boolean hasMore() {
    return at < end;
  }

  /** The next tag, which must be there. */
  int tag() throws MalformedObservation {
    long tag = varint();
    if (tag != (int) tag || tag >>> TYPE_BITS == 0) {
      throw malformed();
    }
    return (int) tag;
  }

  long varint() throws MalformedObservation {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (at >= end) {
        throw malformed();
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << 7 * i;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  /** The content of a length-delimited field whose tag was just read. */
  Slice slice() throws MalformedObservation {
    int length = length();
    at += length;
    return new Slice(bytes, at - length, at);
  }

  /** Passes over the field whose tag was just read. */
  void skip(int tag) throws MalformedObservation {
    int length =
        switch (tag & TYPE_MASK) {
          case VARINT -> {
            varint();
            yield 0;
          }
          case FIXED64 -> Long.BYTES;
          case LENGTH_DELIMITED -> length();
          case FIXED32 -> Integer.BYTES;
          default -> throw malformed();
        };
    if (length > end - at) {
      throw malformed();
    }
    at += length;
  }

  private int length() throws MalformedObservation {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw malformed();
    }
    return (int) length;
  }

  /**
   * Moves to the next element of a list, passing over what is none.
   *
   * @return false when there is none
   */
  boolean toElement() throws MalformedObservation {
    while (at < end) {
      int before = at;
      int tag = tag();
      if (tag == ELEMENT) {
        at = before;
        return true;
      }
      skip(tag);
    }
    return false;
  }

  /** Reads the element that {@link #toElement} found, an {@code AnyValue}. */
  void element() throws MalformedObservation {
    tag();
    int length = length();
    int stop = at + length;
    // Nearly every element is one number, or one list or string.
    if (length > 1 && bytes[at] == INT_VALUE) {
      at++;
      long value = varint();
      if (at == stop) {
        type = ValueType.LONG;
        number = value;
        return;
      }
    } else if (length > 1 && (bytes[at] == ARRAY_VALUE || bytes[at] == STRING_VALUE)) {
      type = bytes[at++] == ARRAY_VALUE ? ValueType.ARRAY : ValueType.STRING;
      int inner = length();
      from = at;
      to = at + inner;
      at = to;
      if (to == stop) {
        return;
      }
    }
    at = stop - length;
    any(stop);
    at = stop;
  }

  /** Reads all that is left as the fields of one {@code AnyValue}. */
  void any() throws MalformedObservation {
    any(end);
  }

  private void any(int stop) throws MalformedObservation {
    WireBytes in = stop == end ? this : new WireBytes(bytes, at, stop);
    ValueType found = ValueType.EMPTY;
    while (in.at < stop) {
      int tag = in.tag();
      ValueType its = typeOf(tag);
      if (its == null) {
        in.skip(tag);
        continue;
      }
      found = its;
      if (its == ValueType.LONG || its == ValueType.BOOLEAN) {
        number = in.varint();
      } else if (its == ValueType.DOUBLE) {
        in.skip(tag);
      } else {
        int length = in.length();
        from = in.at;
        to = in.at + length;
        in.at = to;
      }
    }
    type = found;
  }

  /** The type of the {@code AnyValue} that a field of it holds; null for a field of the future. */
  private static @Nullable ValueType typeOf(int tag) {
    return switch (tag) {
      case STRING_VALUE -> ValueType.STRING;
      case 2 << TYPE_BITS -> ValueType.BOOLEAN;
      case INT_VALUE -> ValueType.LONG;
      case 4 << TYPE_BITS | FIXED64 -> ValueType.DOUBLE;
      case ARRAY_VALUE -> ValueType.ARRAY;
      case 6 << TYPE_BITS | LENGTH_DELIMITED -> ValueType.KEY_VALUE_LIST;
      case 7 << TYPE_BITS | LENGTH_DELIMITED -> ValueType.BYTES;
      default -> null;
    };
  }

  /** The type of the value that was read last. */
  ValueType type() {
    return type;
  }

  /** The value that was read last, a number. */
  long number() {
    return number;
  }

  /** The content of the value that was read last, a string or a list. */
  Slice content() {
    return new Slice(bytes, from, to);
  }

  int contentLength() {
    return to - from;
  }

  static MalformedObservation malformed() {
    return new MalformedObservation("the body is torn: a field ends beyond what holds it");
  }
}
