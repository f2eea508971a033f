package dev.unpark.collector.series;

import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.PrometheusName;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the points of OTLP metrics into a {@link SeriesStore}.
 *
 * <p>Sums and histograms must be cumulative. A point of a delta is refused: added up here, it would
 * be wrong as soon as one was lost or came twice, and every SDK can send cumulative ones.
 * Exponential histograms and summaries have no place in Prometheus' text form beside the others and
 * are refused as well.
 */
public final class OtlpMetrics {
  private static final int MAX_NAME_LENGTH = 255;
  private static final int MAX_HELP_LENGTH = 1024;
  private static final int MAX_ATTRIBUTES = 32;
  private static final int MAX_BUCKETS = 256;

  /** Our own metrics, by the name that their families have here. */
  private static final Map<String, dev.unpark.telemetry.Metric> TABLE =
      Arrays.stream(dev.unpark.telemetry.Metric.values())
          .collect(Collectors.toUnmodifiableMap(ours -> SelfMetrics.family(ours).name(), o -> o));

  private final SeriesStore store;
  private final Instant now;
  private final Refusals refusals;

  /** Hears how many points are refused, and why. */
  public interface Refusals {
    void refused(RefusedPoint reason, long points);
  }

  /** Why points are refused. */
  public enum RefusedPoint {
    DELTA("delta", "delta temporality; send cumulative"),
    UNSUPPORTED("unsupported_type", "exponential histograms and summaries are not supported"),
    INVALID("invalid", "a name, bucket or value that makes no sense"),
    TOO_MANY_ATTRIBUTES("too_many_attributes", "more than 32 attributes"),
    TYPE_CONFLICT(
        "type_conflict", "the name, or its spelling for Prometheus, is taken by another metric"),
    SERIES_LIMIT("series_limit", "more series than this collector holds");

    private final String label;
    private final String words;

    RefusedPoint(String label, String words) {
      this.label = label;
      this.words = words;
    }

    /** The spelling of the {@code reason} attribute. */
    public String label() {
      return label;
    }

    /** For the sender. */
    public String words() {
      return words;
    }
  }

  public OtlpMetrics(SeriesStore store, Instant now, Refusals refusals) {
    this.store = store;
    this.now = now;
    this.refusals = refusals;
  }

  /** How many points a metric has. */
  public static int points(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> metric.getGauge().getDataPointsCount();
      case SUM -> metric.getSum().getDataPointsCount();
      case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
      case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
      case SUMMARY -> metric.getSummary().getDataPointsCount();
      case DATA_NOT_SET -> 0;
    };
  }

  /** Puts every point of the metric. */
  public void take(Metric metric) {
    int points = points(metric);
    String name = metric.getName();
    if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
      refuse(RefusedPoint.INVALID, points);
      return;
    }
    if (isDelta(metric)) {
      refuse(RefusedPoint.DELTA, points);
      return;
    }
    InstrumentType type = instrument(metric);
    if (type == null) {
      refuse(RefusedPoint.UNSUPPORTED, points);
      return;
    }
    Family family = family(metric, type);
    if (contradictsTable(family)) {
      refuse(RefusedPoint.TYPE_CONFLICT, points);
    } else if (type == InstrumentType.HISTOGRAM) {
      metric.getHistogram().getDataPointsList().forEach(point -> distribution(family, point));
    } else {
      numbers(
          family,
          metric.hasSum()
              ? metric.getSum().getDataPointsList()
              : metric.getGauge().getDataPointsList());
    }
  }

  /** The instrument that makes such points, or null when there is none here. */
  private static @Nullable InstrumentType instrument(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> InstrumentType.GAUGE;
      case SUM ->
          metric.getSum().getIsMonotonic()
              ? InstrumentType.COUNTER
              : InstrumentType.UP_DOWN_COUNTER;
      case HISTOGRAM -> InstrumentType.HISTOGRAM;
      case EXPONENTIAL_HISTOGRAM, SUMMARY, DATA_NOT_SET -> null;
    };
  }

  private static boolean isDelta(Metric metric) {
    AggregationTemporality temporality =
        metric.hasSum()
            ? metric.getSum().getAggregationTemporality()
            : metric.getHistogram().getAggregationTemporality();
    return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  }

  private static Family family(Metric metric, InstrumentType type) {
    String help = metric.getDescription();
    return new Family(
        metric.getName(),
        Family.bare(PrometheusName.of(metric.getName(), metric.getUnit(), type)),
        type,
        help.length() <= MAX_HELP_LENGTH ? help : help.substring(0, MAX_HELP_LENGTH));
  }

  /** A metric of our own table is what the table says, or one sender could blind all others. */
  private static boolean contradictsTable(Family family) {
    dev.unpark.telemetry.Metric ours = TABLE.get(family.name());
    return ours != null
        && !(ours.metricName().equals(family.metric())
            && Exposition.shape(ours.type()) == Exposition.shape(family.type()));
  }

  private void numbers(Family family, List<NumberDataPoint> points) {
    for (NumberDataPoint point : points) {
      double value =
          point.getValueCase() == NumberDataPoint.ValueCase.AS_INT
              ? point.getAsInt()
              : point.getAsDouble();
      boolean broken =
          family.type() == InstrumentType.COUNTER && !(value >= 0 && Double.isFinite(value));
      put(
          family,
          point.getAttributesList(),
          point.getTimeUnixNano(),
          point.getFlags(),
          broken ? null : new Point.Number(value));
    }
  }

  private void distribution(Family family, HistogramDataPoint point) {
    put(
        family,
        point.getAttributesList(),
        point.getTimeUnixNano(),
        point.getFlags(),
        distribution(point));
  }

  /** The point, or null when its buckets make no sense. */
  private static Point.@Nullable Distribution distribution(HistogramDataPoint point) {
    int buckets = point.getBucketCountsCount();
    double sum = point.hasSum() ? point.getSum() : Double.NaN;
    if (buckets == 0 && point.getExplicitBoundsCount() == 0) {
      return point.getCount() < 0
          ? null
          : new Point.Distribution(new double[0], new long[] {point.getCount()}, sum);
    }
    if (buckets != point.getExplicitBoundsCount() + 1 || buckets > MAX_BUCKETS) {
      return null;
    }
    double[] bounds = new double[buckets - 1];
    long[] counts = new long[buckets];
    long total = 0;
    for (int i = 0; i < buckets; i++) {
      counts[i] = point.getBucketCounts(i);
      total += counts[i];
      if (counts[i] < 0 || total < 0) {
        return null;
      }
    }
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = point.getExplicitBounds(i);
      if (!Double.isFinite(bounds[i]) || i > 0 && bounds[i] <= bounds[i - 1]) {
        return null;
      }
    }
    return total == point.getCount() ? new Point.Distribution(bounds, counts, sum) : null;
  }

  private void put(
      Family family, List<KeyValue> attributes, long time, int flags, @Nullable Point point) {
    if (attributes.size() > MAX_ATTRIBUTES) {
      refuse(RefusedPoint.TOO_MANY_ATTRIBUTES, 1);
      return;
    }
    LabelSet set = new LabelSet();
    for (KeyValue attribute : attributes) {
      if (attribute.getKey().length() > MAX_NAME_LENGTH) {
        refuse(RefusedPoint.INVALID, 1);
        return;
      }
      set.add(attribute.getKey(), OtlpText.of(attribute.getValue()));
    }
    Labels labels = set.labels();
    if ((flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0) {
      store.end(family.name(), labels);
      return;
    }
    if (point == null) {
      refuse(RefusedPoint.INVALID, 1);
      return;
    }
    switch (store.put(family, labels, time, now, point)) {
      case TAKEN -> {}
      case FULL -> refuse(RefusedPoint.SERIES_LIMIT, 1);
      case CONFLICT -> refuse(RefusedPoint.TYPE_CONFLICT, 1);
    }
  }

  private void refuse(RefusedPoint reason, long points) {
    if (points > 0) {
      refusals.refused(reason, points);
    }
  }
}
