package dev.unpark.telemetry;

/** The body of an observation event is not one; the message says what was found and expected. */
public final class MalformedObservation extends Exception {
  private static final long serialVersionUID = 1;

  MalformedObservation(String message) {
    super(message);
  }
}
