package dev.unpark.collector.receive;

import com.linecorp.armeria.common.HttpStatus;

/** A request that cannot be read; the status and message are for its sender. */
final class RefusedRequest extends Exception {
  private static final long serialVersionUID = 1;

  private final transient HttpStatus status;
  private final String reason;

  /**
   * @param reason spelling of the {@code reason} attribute
   * @param message what was found and expected
   */
  RefusedRequest(HttpStatus status, String reason, String message) {
    super(message, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  HttpStatus status() {
    return status;
  }

  String reason() {
    return reason;
  }

  String words() {
    String message = getMessage();
    return message == null ? reason : message;
  }
}
