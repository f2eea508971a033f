package dev.unpark.collector;

/** The collector cannot start here; the message says what was found, expected, and what to try. */
public final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
