package dev.unpark.telemetry;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes a value as the protobuf message {@code AnyValue}, as an exporter does. */
final class AnyValueBytes {
  private AnyValueBytes() {}

  @SuppressWarnings("unchecked") // the type of a value is the type of what it holds
  static byte[] of(Value<?> value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ValueType type = value.getType();
    if (type == ValueType.STRING) {
      field(out, 1, ((String) value.getValue()).getBytes(StandardCharsets.UTF_8));
    } else if (type == ValueType.BOOLEAN) {
      out.write(2 << 3);
      out.write((Boolean) value.getValue() ? 1 : 0);
    } else if (type == ValueType.LONG) {
      out.write(3 << 3);
      varint(out, (Long) value.getValue());
    } else if (type == ValueType.ARRAY) {
      ByteArrayOutputStream list = new ByteArrayOutputStream();
      ((List<Value<?>>) value.getValue()).forEach(element -> field(list, 1, of(element)));
      field(out, 5, list.toByteArray());
    } else if (type == ValueType.KEY_VALUE_LIST) {
      ByteArrayOutputStream list = new ByteArrayOutputStream();
      for (KeyValue each : (List<KeyValue>) value.getValue()) {
        ByteArrayOutputStream pair = new ByteArrayOutputStream();
        field(pair, 1, each.getKey().getBytes(StandardCharsets.UTF_8));
        field(pair, 2, of(each.getValue()));
        field(list, 1, pair.toByteArray());
      }
      field(out, 6, list.toByteArray());
    } else if (type != ValueType.EMPTY) {
      throw new IllegalArgumentException("no frame has a " + type);
    }
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write(number << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
