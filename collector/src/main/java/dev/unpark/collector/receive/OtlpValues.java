package dev.unpark.collector.receive;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;

/** OTLP attributes as those of the OpenTelemetry API. */
final class OtlpValues {
  private OtlpValues() {}

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
