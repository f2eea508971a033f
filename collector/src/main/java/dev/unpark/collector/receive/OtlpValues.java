package dev.unpark.collector.receive;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** OTLP values as those of the OpenTelemetry API. Nesting is bounded by the protobuf reader. */
final class OtlpValues {
  private OtlpValues() {}

  static Value<?> value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> Value.of(value.getStringValue());
      case BOOL_VALUE -> Value.of(value.getBoolValue());
      case INT_VALUE -> Value.of(value.getIntValue());
      case DOUBLE_VALUE -> Value.of(value.getDoubleValue());
      case BYTES_VALUE -> Value.of(value.getBytesValue().toByteArray());
      case ARRAY_VALUE -> {
        List<Value<?>> elements = new ArrayList<>(value.getArrayValue().getValuesCount());
        for (AnyValue element : value.getArrayValue().getValuesList()) {
          elements.add(value(element));
        }
        yield Value.of(elements);
      }
      case KVLIST_VALUE -> {
        List<io.opentelemetry.api.common.KeyValue> fields =
            new ArrayList<>(value.getKvlistValue().getValuesCount());
        for (KeyValue field : value.getKvlistValue().getValuesList()) {
          fields.add(
              io.opentelemetry.api.common.KeyValue.of(field.getKey(), value(field.getValue())));
        }
        yield Value.of(fields.toArray(new io.opentelemetry.api.common.KeyValue[0]));
      }
      default -> Value.empty();
    };
  }

  /** The attributes that are texts or whole numbers, which is all that names a JVM. */
  static Attributes plainAttributes(List<KeyValue> attributes) {
    AttributesBuilder builder = Attributes.builder();
    for (KeyValue attribute : attributes) {
      AnyValue value = attribute.getValue();
      if (value.hasStringValue() && value.getStringValue().length() <= 1024) {
        builder.put(attribute.getKey(), value.getStringValue());
      } else if (value.hasIntValue()) {
        builder.put(attribute.getKey(), value.getIntValue());
      }
    }
    return builder.build();
  }
}
