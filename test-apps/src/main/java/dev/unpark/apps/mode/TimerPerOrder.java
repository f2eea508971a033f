package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Orders that remind their customer again and again by a timer of their own, which nobody cancels:
 * each leaves a thread behind. Mended, they share one timer, and remind once.
 */
public final class TimerPerOrder {
  private static final int MANY = 60;
  private static final int AT_MOST = 3_000;
  private static final long REMINDER_MILLIS = 500;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long BETWEEN_ORDERS_NANOS = 40_000_000;

  private final Progress reminded = new Progress("customers reminded");
  private final AtomicInteger timers = new AtomicInteger();
  private final Timer shared = new Timer("reminders", true);

  private TimerPerOrder() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    TimerPerOrder shop = new TimerPerOrder();
    new Thread(() -> shop.keepOrdering(switches.healthy()), "orders").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> shop.timers.get() >= MANY);
    }
    shop.reminded.print();
  }

  private void keepOrdering(boolean shares) {
    while (timers.get() < AT_MOST) {
      Timer timer = shares ? shared : new Timer("reminder-" + timers.incrementAndGet(), true);
      TimerTask reminder =
          new TimerTask() {
            @Override
            public void run() {
              reminded.count();
              if (shares) {
                cancel();
              }
            }
          };
      timer.schedule(reminder, REMINDER_MILLIS, HOUR_MILLIS);
      Progress.pause(BETWEEN_ORDERS_NANOS);
    }
  }
}
