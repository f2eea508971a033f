package dev.unpark.agent.export;

import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the points of one export; points of equal attributes are added up.
 *
 * <p>Hooks count in arrays of their own, since an instrument of the SDK allocates and locks. So the
 * points are made here from those sums, and no instrument is ever recorded to. All sums are
 * cumulative.
 *
 * <p><b>Threading:</b> one thread, used once.
 */
final class Readings {
  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final long start;
  private final long now;
  private final Map<Metric, Map<Attributes, Double>> numbers = new EnumMap<>(Metric.class);
  private final Map<Metric, Map<Attributes, Histogram>> histograms = new EnumMap<>(Metric.class);

  /** A distribution's sums; bounds in seconds. */
  private static final class Histogram {
    final List<Double> bounds;
    final long[] counts;
    double sum;

    Histogram(List<Double> bounds) {
      this.bounds = bounds;
      this.counts = new long[bounds.size() + 1];
    }
  }

  /**
   * @param start when counting began, in nanoseconds of the epoch
   * @param now time of this export, likewise
   */
  Readings(Resource resource, InstrumentationScopeInfo scope, long start, long now) {
    this.resource = resource;
    this.scope = scope;
    this.start = start;
    this.now = now;
  }

  /**
   * Adds to a sum or gauge.
   *
   * @param values of the metric's attributes, in the order in which the table names them; null
   *     leaves one out
   */
  void add(Metric metric, double value, @Nullable Object... values) {
    numbers
        .computeIfAbsent(metric, m -> new LinkedHashMap<>())
        .merge(attributes(metric, values), value, Double::sum);
  }

  /** Of several values of the same attributes the largest stays. */
  void addLargest(Metric metric, double value, @Nullable Object... values) {
    numbers
        .computeIfAbsent(metric, m -> new LinkedHashMap<>())
        .merge(attributes(metric, values), value, Double::max);
  }

  /** Adds to a distribution, of which each call gives the same bounds. */
  void add(
      Metric metric, long[] counts, double sum, List<Double> bounds, @Nullable Object... values) {
    Histogram histogram =
        histograms
            .computeIfAbsent(metric, m -> new LinkedHashMap<>())
            .computeIfAbsent(attributes(metric, values), a -> new Histogram(bounds));
    histogram.sum += sum;
    for (int i = 0; i < counts.length; i++) {
      histogram.counts[i] += counts[i];
    }
  }

  private static Attributes attributes(Metric metric, @Nullable Object... values) {
    AttributesBuilder attributes = Attributes.builder();
    for (int i = 0; i < values.length; i++) {
      String key = metric.attributes().get(i);
      if (values[i] instanceof Boolean flag) {
        attributes.put(AttributeKey.booleanKey(key), flag);
      } else if (values[i] instanceof Long number) {
        attributes.put(AttributeKey.longKey(key), number);
      } else if (values[i] != null) {
        attributes.put(AttributeKey.stringKey(key), String.valueOf(values[i]));
      }
    }
    return attributes.build();
  }

  List<MetricData> all() {
    List<MetricData> all = new ArrayList<>();
    numbers.forEach((metric, points) -> all.add(numbers(metric, points)));
    histograms.forEach((metric, points) -> all.add(histograms(metric, points)));
    return all;
  }

  private MetricData numbers(Metric metric, Map<Attributes, Double> values) {
    List<DoublePointData> points = new ArrayList<>();
    values.forEach(
        (attributes, value) ->
            points.add(DoublePointData.create(start, now, attributes, value, List.of())));
    if (metric.type() == InstrumentType.GAUGE) {
      return new Reading(
          resource,
          scope,
          metric,
          MetricDataType.DOUBLE_GAUGE,
          GaugeData.createDoubleGaugeData(points));
    }
    return new Reading(
        resource,
        scope,
        metric,
        MetricDataType.DOUBLE_SUM,
        SumData.createDoubleSumData(
            metric.type() == InstrumentType.COUNTER, AggregationTemporality.CUMULATIVE, points));
  }

  private MetricData histograms(Metric metric, Map<Attributes, Histogram> values) {
    List<HistogramPointData> points = new ArrayList<>();
    values.forEach(
        (attributes, histogram) ->
            points.add(
                HistogramPointData.create(
                    start,
                    now,
                    attributes,
                    histogram.sum,
                    false,
                    0,
                    false,
                    0,
                    histogram.bounds,
                    java.util.Arrays.stream(histogram.counts).boxed().toList())));
    return new Reading(
        resource,
        scope,
        metric,
        MetricDataType.HISTOGRAM,
        HistogramData.create(AggregationTemporality.CUMULATIVE, points));
  }
}
