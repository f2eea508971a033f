package dev.unpark.agent;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.ArrayList;
import java.util.List;

/** What a receiver knows of a metric, one line per point: its attributes' values, its number. */
final class Points {
  private Points() {}

  /**
   * {@code GET http 200 3}: attributes in the order of their keys; of a distribution, how many
   * there were.
   */
  static List<String> of(Receiver receiver, String name) {
    List<String> lines = new ArrayList<>();
    receiver.metric(name).forEach(metric -> add(metric, lines));
    return lines;
  }

  private static void add(Metric metric, List<String> lines) {
    metric
        .getHistogram()
        .getDataPointsList()
        .forEach(point -> lines.add(line(point.getAttributesList(), point.getCount())));
    numbers(metric.getSum().getDataPointsList(), lines);
    numbers(metric.getGauge().getDataPointsList(), lines);
  }

  private static void numbers(List<NumberDataPoint> points, List<String> lines) {
    points.forEach(point -> lines.add(line(point.getAttributesList(), (long) point.getAsDouble())));
  }

  private static String line(List<KeyValue> attributes, long number) {
    StringBuilder line = new StringBuilder();
    for (KeyValue attribute : attributes) {
      AnyValue value = attribute.getValue();
      line.append(value.hasIntValue() ? value.getIntValue() : value.getStringValue()).append(' ');
    }
    return line.append(number).toString();
  }
}
