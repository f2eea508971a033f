package dev.unpark.collector.series;

import dev.unpark.telemetry.InstrumentType;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;

/**
 * What the series of one metric have in common.
 *
 * @param metric its OpenTelemetry name
 * @param name its Prometheus name without the ending that its type adds, {@code _total} or {@code
 *     _info}; two metrics that differ in that alone cannot stand on one page
 * @param type its instrument
 * @param help what it counts
 */
public record Family(String metric, String name, InstrumentType type, String help) {
  /** A Prometheus name without the endings that the page adds. */
  static String bare(String name) {
    String bare = PrometheusNaming.sanitizeMetricName(name);
    return bare.isEmpty() || bare.equals("target") ? "exported_" + bare : bare;
  }
}
