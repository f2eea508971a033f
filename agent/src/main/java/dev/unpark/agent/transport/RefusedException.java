package dev.unpark.agent.transport;

import java.io.IOException;

/** The receiver has understood the request, and does not want it. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
