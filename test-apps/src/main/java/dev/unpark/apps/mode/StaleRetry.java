package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Optimistic updates that try again with the value read before the first try: once two meet, the
 * loser retries for ever, at full speed. Mended, each try reads anew.
 */
public final class StaleRetry {
  private static final int BOOKERS = 2;
  private static final long BETWEEN_BOOKINGS_NANOS = 10_000_000;

  private final AtomicLong seats = new AtomicLong(1_000_000);
  private final AtomicInteger retrying = new AtomicInteger();
  private final Progress booked = new Progress("seats booked");

  private StaleRetry() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    StaleRetry theatre = new StaleRetry();
    for (int booker = 1; booker <= BOOKERS; booker++) {
      new Thread(() -> theatre.keepBooking(switches.healthy()), "booking-" + booker).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> theatre.retrying.get() > 0);
    }
    theatre.booked.print();
  }

  private void keepBooking(boolean readsAnew) {
    while (true) {
      if (readsAnew) {
        seats.decrementAndGet();
        Progress.pause(BETWEEN_BOOKINGS_NANOS);
      } else {
        bookWithStaleCount();
      }
      booked.count();
    }
  }

  private void bookWithStaleCount() {
    long left = seats.get();
    Thread.yield();
    if (seats.compareAndSet(left, left - 1)) {
      return;
    }
    retrying.incrementAndGet();
    while (!seats.compareAndSet(left, left - 1)) {
      Thread.onSpinWait();
    }
    retrying.decrementAndGet();
  }
}
