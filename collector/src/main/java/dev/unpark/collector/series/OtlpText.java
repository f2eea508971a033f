package dev.unpark.collector.series;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OTLP attribute values as text, for labels. */
public final class OtlpText {
  private OtlpText() {}

  /** A plain value as it is; what has parts is only named, since no label should carry it. */
  public static String of(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case ARRAY_VALUE -> "(list)";
      case KVLIST_VALUE -> "(map)";
      case BYTES_VALUE -> "(bytes)";
      default -> "";
    };
  }

  /** The first {@code most} attributes that are not too long to be kept. */
  public static Map<String, String> of(List<KeyValue> attributes, int most) {
    Map<String, String> text = new LinkedHashMap<>();
    for (KeyValue attribute : attributes) {
      String value = of(attribute.getValue());
      if (text.size() < most && attribute.getKey().length() <= 255 && value.length() <= 1024) {
        text.put(attribute.getKey(), value);
      }
    }
    return text;
  }
}
