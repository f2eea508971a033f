package dev.unpark.agent.library;

import java.util.Locale;

/** What a circuit breaker says of itself. */
public final class Breaker {
  private Breaker() {}

  /** {@code closed}, {@code open}, {@code half_open} and so on; empty when it does not say. */
  public static String state(Object breaker) {
    return Call.text(breaker, "getState").toLowerCase(Locale.ROOT);
  }
}
