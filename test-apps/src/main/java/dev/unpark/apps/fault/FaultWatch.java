package dev.unpark.apps.fault;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Looks, every few milliseconds, whether a program's fault has come about, and says so once.
 *
 * <p>A sign may be seen in passing while everything still moves, so it has to last: the moment that
 * is printed is the first look of an unbroken row. It is late by one look at most.
 */
public final class FaultWatch {
  private static final long BETWEEN_LOOKS_NANOS = 5_000_000;
  private static final int LOOKS_IN_A_ROW = 10;

  private FaultWatch() {}

  /**
   * Returns when {@code sign} held for ten looks in a row; has then printed {@code fault reached at
   * INSTANT} to standard output.
   *
   * @param sign true while the fault is there; must not wait for anything that takes part in it
   */
  public static void awaitAndAnnounce(BooleanSupplier sign) {
    Instant first = Instant.now();
    int looks = 0;
    while (looks < LOOKS_IN_A_ROW) {
      if (!sign.getAsBoolean()) {
        looks = 0;
      } else if (looks++ == 0) {
        first = Instant.now();
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    System.out.println("fault reached at " + first);
  }
}
