package dev.unpark.collector.series;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;

/** Tells of exports of metrics that failed; all else is up to the exporter behind it. */
final class CountingMetricExporter implements MetricExporter {
  private final MetricExporter exporter;
  private final Runnable onFailure;

  CountingMetricExporter(MetricExporter exporter, Runnable onFailure) {
    this.exporter = exporter;
    this.onFailure = onFailure;
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    CompletableResultCode result = exporter.export(metrics);
    result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            onFailure.run();
          }
        });
    return result;
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return exporter.getAggregationTemporality(type);
  }
}
