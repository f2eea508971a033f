package dev.unpark.collector.series;

import dev.unpark.telemetry.InstrumentType;

/**
 * What the series of one metric have in common.
 *
 * @param metric its OpenTelemetry name
 * @param name its Prometheus name
 * @param type its instrument
 * @param help what it counts
 */
public record Family(String metric, String name, InstrumentType type, String help) {}
