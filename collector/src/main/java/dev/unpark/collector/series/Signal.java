package dev.unpark.collector.series;

/** The kinds of telemetry that OTLP carries. */
public enum Signal {
  LOGS("logs"),
  METRICS("metrics"),
  TRACES("traces");

  private final String label;

  Signal(String label) {
    this.label = label;
  }

  /** The spelling of the {@code signal} attribute. */
  public String label() {
    return label;
  }
}
