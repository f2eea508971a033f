/**
 * Metric points as agents send them, the latest of each series, and their spelling for Prometheus.
 *
 * <p>Nothing here adds points up or computes rates; the one metric that is made here, of findings,
 * counts what the diagnosis said.
 */
@NullMarked
package dev.unpark.collector.series;

import org.jspecify.annotations.NullMarked;
