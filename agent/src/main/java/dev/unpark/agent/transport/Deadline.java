package dev.unpark.agent.transport;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The end of one request's patience, however little the peer sends at a time. */
final class Deadline {
  private final long end;

  Deadline(Duration patience) {
    this.end = System.nanoTime() + patience.toNanos();
  }

  /** Milliseconds left, at least 1. */
  int left() throws SocketTimeoutException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("no complete answer in time");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }
}
