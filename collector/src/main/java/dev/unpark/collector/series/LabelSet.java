package dev.unpark.collector.series;

import dev.unpark.telemetry.PrometheusName;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns attributes, which may be called and hold anything, into labels. */
public final class LabelSet {
  /** A longer value is no dimension but a text; Prometheus would refuse a scrape with megabytes. */
  private static final int MAX_VALUE_LENGTH = 1024;

  /** Labels that mean something to Prometheus; an attribute of that name is set aside. */
  private static final Set<String> RESERVED = Set.of("job", "instance", "le", "quantile");

  private final Map<String, String> labels = new TreeMap<>();

  /** Adds an attribute. Two that are spelt alike share a label, their values joined. */
  public void add(String attribute, String value) {
    String name = PrometheusName.label(attribute);
    if (RESERVED.contains(name) || name.startsWith("__")) {
      name = "exported_" + name.replaceFirst("^_+", "");
    }
    labels.merge(name, cut(value), (one, other) -> cut(one + ";" + other));
  }

  public Labels labels() {
    return Labels.of(
        labels.keySet().toArray(new String[0]), labels.values().toArray(new String[0]));
  }

  private static String cut(String value) {
    return value.length() <= MAX_VALUE_LENGTH ? value : value.substring(0, MAX_VALUE_LENGTH);
  }
}
