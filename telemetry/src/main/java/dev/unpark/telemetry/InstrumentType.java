package dev.unpark.telemetry;

/** The kinds of instrument that OpenTelemetry knows and Unpark uses. */
public enum InstrumentType {
  /** A sum that only grows. */
  COUNTER,
  /** A sum that also falls. */
  UP_DOWN_COUNTER,
  /** A value that makes no sense when summed. */
  GAUGE,
  /** A distribution. */
  HISTOGRAM
}
