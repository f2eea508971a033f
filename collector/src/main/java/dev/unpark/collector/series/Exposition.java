package dev.unpark.collector.series;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One page of metrics, put together for one scrape.
 *
 * <p>What is put in first decides the type of a metric; a series of another type under the same
 * name is left out and counted, since Prometheus would refuse the whole page. Used once, by one
 * thread.
 */
public final class Exposition {
  /** What agents in local mode count for themselves; of an observed JVM the collector knows it. */
  private static final Set<String> COUNTED_HERE =
      Set.of(
          Metric.FINDING_ACTIVE.metricName(),
          Metric.FINDINGS.metricName(),
          Metric.DEADLOCK_THREAD_COUNT.metricName(),
          Metric.DEADLOCKS.metricName());

  private static final Set<String> IDENTITY = Set.of("service.name", "service.instance.id");

  private final Map<String, Page> pages = new HashMap<>();
  private final List<InfoDataPointSnapshot> targets = new ArrayList<>();
  private long leftOut;

  /** The series of one metric. */
  private record Page(Family family, List<Labels> labels, List<Point> points) {}

  /** Puts in a series. */
  public void add(Family family, Labels labels, Point point) {
    Page page =
        pages.computeIfAbsent(
            family.name(), key -> new Page(family, new ArrayList<>(), new ArrayList<>()));
    if (shape(page.family.type()) != shape(family.type())) {
      leftOut++;
      return;
    }
    page.labels.add(labels);
    page.points.add(point);
  }

  /**
   * Puts in all that is known of one JVM.
   *
   * @param resource attributes of its OTLP resource
   * @param observed whether it is diagnosed here, so that its own counts of findings are left out
   */
  public void addJvm(
      JvmIdentity jvm,
      Map<String, String> resource,
      boolean observed,
      SeriesStore series,
      FindingCounts counts,
      List<Finding> open) {
    Labels who = Labels.of("instance", jvm.instance(), "job", jvm.service());
    LabelSet about = new LabelSet();
    resource.forEach(
        (key, value) -> {
          if (!IDENTITY.contains(key)) {
            about.add(key, value);
          }
        });
    targets.add(new InfoDataPointSnapshot(who.merge(about.labels())));
    series.visit(
        (family, labels, point) -> {
          if (!observed || !COUNTED_HERE.contains(family.metric())) {
            add(family, who.merge(labels), point);
          }
        });
    if (observed) {
      counts
          .active(open)
          .forEach((kind, count) -> add(Metric.FINDING_ACTIVE, labels(who, kind), count));
      counts.opened().forEach((kind, count) -> add(Metric.FINDINGS, labels(who, kind), count));
      counts
          .deadlockedThreads(open)
          .forEach(
              (kind, count) ->
                  add(Metric.DEADLOCK_THREAD_COUNT, who.add("deadlock_kind", kind), count));
      counts
          .deadlocks()
          .forEach((kind, count) -> add(Metric.DEADLOCKS, who.add("deadlock_kind", kind), count));
    }
  }

  /** The page. */
  public MetricSnapshots snapshots() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    pages.forEach((name, page) -> snapshots.add(snapshot(name, page)));
    if (!targets.isEmpty()) {
      snapshots.add(
          new InfoSnapshot(new MetricMetadata("target", "The JVM that reports."), targets));
    }
    return new MetricSnapshots(snapshots);
  }

  /** Series that were left out because their name is taken by another type. */
  public long leftOut() {
    return leftOut;
  }

  private void add(Metric metric, Labels labels, long value) {
    add(SelfMetrics.family(metric), labels, new Point.Number(value));
  }

  private static Labels labels(Labels who, FindingCounts.Kind kind) {
    return who.merge(
        Labels.of(
            "certainty",
            kind.certainty(),
            "finding_type",
            kind.type(),
            "severity",
            kind.severity()));
  }

  /** Prometheus knows no sum that falls: it is a gauge there. */
  static InstrumentType shape(InstrumentType type) {
    return type == InstrumentType.UP_DOWN_COUNTER ? InstrumentType.GAUGE : type;
  }

  private static MetricSnapshot snapshot(String name, Page page) {
    MetricMetadata metadata = new MetricMetadata(name, page.family.help());
    return switch (page.family.type()) {
      case COUNTER -> counter(metadata, page);
      case UP_DOWN_COUNTER, GAUGE -> gauge(metadata, page);
      case HISTOGRAM -> histogram(metadata, page);
    };
  }

  private static CounterSnapshot counter(MetricMetadata metadata, Page page) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    for (int i = 0; i < page.points.size(); i++) {
      if (page.points.get(i) instanceof Point.Number number) {
        points.add(new CounterDataPointSnapshot(number.value(), page.labels.get(i), null, 0));
      }
    }
    return new CounterSnapshot(metadata, points);
  }

  private static GaugeSnapshot gauge(MetricMetadata metadata, Page page) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    for (int i = 0; i < page.points.size(); i++) {
      if (page.points.get(i) instanceof Point.Number number) {
        points.add(new GaugeDataPointSnapshot(number.value(), page.labels.get(i), null));
      }
    }
    return new GaugeSnapshot(metadata, points);
  }

  private static HistogramSnapshot histogram(MetricMetadata metadata, Page page) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (int i = 0; i < page.points.size(); i++) {
      if (page.points.get(i) instanceof Point.Distribution distribution) {
        double[] bounds = Arrays.copyOf(distribution.bounds(), distribution.bounds().length + 1);
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        points.add(
            new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(bounds, distribution.counts()),
                distribution.sum(),
                page.labels.get(i),
                Exemplars.EMPTY,
                0));
      }
    }
    return new HistogramSnapshot(metadata, points);
  }
}
