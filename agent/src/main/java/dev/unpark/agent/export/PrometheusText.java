package dev.unpark.agent.export;

import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import dev.unpark.telemetry.PrometheusName;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes readings in Prometheus' text format, version 0.0.4. */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder(16_384);

  private PrometheusText() {}

  static String of(Resource resource, List<MetricData> readings) {
    PrometheusText text = new PrometheusText();
    text.head("target_info", "gauge", "What is measured.");
    text.sample("target_info", labels(resource.getAttributes()), "", 1);
    for (MetricData data : readings) {
      if (data instanceof Reading reading) {
        text.metric(reading);
      }
    }
    return text.out.toString();
  }

  private void metric(Reading reading) {
    Metric metric = reading.metric();
    String name = metric.prometheusName();
    if (reading.type() == MetricDataType.HISTOGRAM) {
      head(name, "histogram", metric.description());
      reading.getHistogramData().getPoints().forEach(point -> histogram(name, point));
      return;
    }
    boolean counter = metric.type() == InstrumentType.COUNTER;
    head(name, counter ? "counter" : "gauge", metric.description());
    Collection<DoublePointData> points =
        reading.type() == MetricDataType.DOUBLE_GAUGE
            ? reading.getDoubleGaugeData().getPoints()
            : reading.getDoubleSumData().getPoints();
    points.forEach(point -> sample(name, labels(point.getAttributes()), "", point.getValue()));
  }

  private void histogram(String name, HistogramPointData point) {
    String labels = labels(point.getAttributes());
    long count = 0;
    for (int i = 0; i < point.getCounts().size(); i++) {
      count += point.getCounts().get(i);
      String bound =
          i < point.getBoundaries().size() ? String.valueOf(point.getBoundaries().get(i)) : "+Inf";
      sample(name + "_bucket", labels, "le=\"" + bound + "\"", count);
    }
    sample(name + "_sum", labels, "", point.getSum());
    sample(name + "_count", labels, "", count);
  }

  private void head(String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help.replace("\\", "\\\\"));
    out.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void sample(String name, String labels, String more, double value) {
    out.append(name);
    String all = labels.isEmpty() || more.isEmpty() ? labels + more : labels + "," + more;
    if (!all.isEmpty()) {
      out.append('{').append(all).append('}');
    }
    out.append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
    out.append('\n');
  }

  private static String labels(Attributes attributes) {
    Map<String, String> sorted = new TreeMap<>();
    attributes.forEach(
        (key, value) ->
            sorted.merge(
                PrometheusName.label(key.getKey()), String.valueOf(value), (a, b) -> a + ";" + b));
    StringBuilder labels = new StringBuilder();
    sorted.forEach(
        (name, value) -> {
          labels.append(labels.length() == 0 ? "" : ",").append(name).append("=\"");
          labels.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
          labels.append('"');
        });
    return labels.toString();
  }
}
