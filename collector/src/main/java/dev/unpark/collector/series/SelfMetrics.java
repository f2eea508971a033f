package dev.unpark.collector.series;

import dev.unpark.telemetry.Metric;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the collector counts of itself. The same instruments feed {@code /metrics} and the OTLP
 * export.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
public final class SelfMetrics implements AutoCloseable {
  private static final String SCOPE = "dev.unpark.collector";
  private static final AttributeKey<String> SIGNAL = AttributeKey.stringKey("signal");
  private static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("transport");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

  private static final AttributeKey<String> ACKNOWLEDGED = AttributeKey.stringKey("acknowledged");

  private static final List<Double> ANALYSIS_BOUNDS =
      List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

  private final Scrape scrape = new Scrape();
  private final SdkMeterProvider provider;
  private final LongCounter received;
  private final LongCounter rejected;
  private final LongCounter dropped;
  private final LongCounter exportFailures;
  private final LongCounter storeFailures;
  private final LongCounter forgotten;
  private final DoubleHistogram analysisDuration;

  /**
   * @param resource says who we are
   * @param exporters send elsewhere what is counted here
   * @param interval how often they do
   * @param jvms how many JVMs report now
   */
  public SelfMetrics(
      Resource resource, List<MetricExporter> exporters, Duration interval, LongSupplier jvms) {
    SdkMeterProviderBuilder builder =
        SdkMeterProvider.builder().setResource(resource).registerMetricReader(scrape);
    for (MetricExporter exporter : exporters) {
      builder.registerMetricReader(
          PeriodicMetricReader.builder(
                  new CountingMetricExporter(exporter, () -> exportFailed(Signal.METRICS, 1)))
              .setInterval(interval)
              .build());
    }
    provider = builder.build();
    Meter meter = provider.get(SCOPE);
    received = counter(meter, Metric.COLLECTOR_RECEIVED);
    rejected = counter(meter, Metric.COLLECTOR_REJECTED);
    dropped = counter(meter, Metric.COLLECTOR_DROPPED);
    exportFailures = counter(meter, Metric.COLLECTOR_EXPORT_FAILURES);
    storeFailures = counter(meter, Metric.COLLECTOR_STORE_FAILURES);
    forgotten = counter(meter, Metric.COLLECTOR_INCIDENTS_FORGOTTEN);
    Metric analysis = Metric.COLLECTOR_ANALYSIS_DURATION;
    analysisDuration =
        meter
            .histogramBuilder(analysis.metricName())
            .setUnit(analysis.unit())
            .setDescription(analysis.description())
            .setExplicitBucketBoundariesAdvice(ANALYSIS_BOUNDS)
            .build();
    count(meter, Metric.COLLECTOR_JVMS, jvms);
  }

  private static void count(Meter meter, Metric metric, LongSupplier now) {
    meter
        .upDownCounterBuilder(metric.metricName())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .buildWithCallback(measurement -> measurement.record(now.getAsLong()));
  }

  /** Shows from now on how many incidents are open. */
  public void showIncidents(LongSupplier open) {
    count(provider.get(SCOPE), Metric.COLLECTOR_INCIDENTS, open);
  }

  /**
   * Shows from now on how much room the store takes, in bytes, and that it has not failed so far: a
   * series that began with its first failure would hide that one from {@code rate()}.
   */
  public void showStoreSize(LongSupplier bytes) {
    count(provider.get(SCOPE), Metric.COLLECTOR_STORE_SIZE, bytes);
    storeFailures.add(0);
  }

  private static LongCounter counter(Meter meter, Metric metric) {
    return meter
        .counterBuilder(metric.metricName())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .build();
  }

  public void received(Signal signal, String transport, long items) {
    received.add(items, Attributes.of(SIGNAL, signal.label(), TRANSPORT, transport));
  }

  /** Items that were refused, and their sender told. */
  public void rejected(Signal signal, String reason, long items) {
    rejected.add(items, Attributes.of(SIGNAL, signal.label(), REASON, reason));
  }

  /** Items that were taken and then not used. */
  public void dropped(Signal signal, String reason, long items) {
    dropped.add(items, Attributes.of(SIGNAL, signal.label(), REASON, reason));
  }

  public void exportFailed(Signal signal, long exports) {
    exportFailures.add(exports, Attributes.of(SIGNAL, signal.label()));
  }

  public void storeFailed() {
    storeFailures.add(1);
  }

  /** Incidents that are no longer kept; 0 begins the series. */
  public void forgotten(String reason, boolean wereAcknowledged, long incidents) {
    forgotten.add(incidents, Attributes.of(REASON, reason, ACKNOWLEDGED, "" + wereAcknowledged));
  }

  public void analysed(Duration sinceArrival) {
    analysisDuration.record(sinceArrival.toNanos() / 1e9);
  }

  /** Shows every series of the collector itself. */
  public void visit(SeriesStore.Visitor visitor) {
    for (MetricData metric : scrape.collect()) {
      if (!metric.getInstrumentationScopeInfo().getName().equals(SCOPE)) {
        // The SDK counts its own readers in the same provider; that is no part of our table.
        continue;
      }
      Family family = family(metric);
      for (PointData point : metric.getData().getPoints()) {
        LabelSet labels = new LabelSet();
        point.getAttributes().forEach((key, value) -> labels.add(key.getKey(), value.toString()));
        visitor.visit(family, labels.labels(), point(point));
      }
    }
  }

  private static Family family(MetricData data) {
    for (Metric metric : Metric.values()) {
      if (metric.metricName().equals(data.getName())) {
        return family(metric);
      }
    }
    throw new IllegalStateException("'" + data.getName() + "' is missing from the metric table");
  }

  /** The family of a metric of ours. */
  static Family family(Metric metric) {
    return new Family(
        metric.metricName(),
        Family.bare(metric.prometheusName()),
        metric.type(),
        metric.description());
  }

  private static Point point(PointData point) {
    if (point instanceof LongPointData number) {
      return new Point.Number(number.getValue());
    }
    if (point instanceof HistogramPointData histogram) {
      return new Point.Distribution(
          histogram.getBoundaries().stream().mapToDouble(Double::doubleValue).toArray(),
          histogram.getCounts().stream().mapToLong(Long::longValue).toArray(),
          histogram.getSum());
    }
    throw new IllegalStateException("no instrument here makes a " + point.getClass());
  }

  /** Sends what is still to be sent. */
  @Override
  public void close() {
    provider.shutdown().join(5, TimeUnit.SECONDS);
  }

  /** Reads the instruments when asked. */
  private static final class Scrape implements MetricReader {
    private volatile CollectionRegistration registration = CollectionRegistration.noop();

    @Override
    public void register(CollectionRegistration newRegistration) {
      registration = newRegistration;
    }

    Iterable<MetricData> collect() {
      return registration.collectAllMetrics();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
