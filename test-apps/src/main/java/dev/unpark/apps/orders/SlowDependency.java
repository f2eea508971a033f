package dev.unpark.apps.orders;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Twenty orders a second, which eight workers handle well until the stock service turns slow. */
public final class SlowDependency {
  private static final int WORKERS = 8;
  private static final int QUEUE_CAPACITY = 2_000;
  private static final int QUIET_ORDERS = 40;
  private static final long BETWEEN_ORDERS_NANOS = 50_000_000;
  private static final Duration NORMAL = Duration.ofMillis(20);
  private static final Duration SLOW = Duration.ofSeconds(5);

  private SlowDependency() {}

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    StockServer stock = new StockServer(NORMAL);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor orders =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_CAPACITY),
            task -> new Thread(task, "orders-" + number.incrementAndGet()));
    new Thread(() -> takeOrders(orders, stock, switches.healthy()), "intake").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () -> orders.getActiveCount() == WORKERS && orders.getQueue().size() >= WORKERS);
    }
  }

  private static void takeOrders(ThreadPoolExecutor orders, StockServer stock, boolean healthy) {
    long turnedAway = 0;
    for (int order = 1; ; order++) {
      int item = order;
      try {
        orders.execute(() -> handle(stock, item));
      } catch (RejectedExecutionException e) {
        turnedAway++;
      }
      if (order == QUIET_ORDERS && !healthy) {
        stock.setDelay(SLOW);
        System.out.println("the stock service now takes " + SLOW.toSeconds() + " s to answer");
      }
      if (order % 100 == 0) {
        System.out.printf(
            "%d orders taken, %d handled, %d queued, %d turned away%n",
            order, orders.getCompletedTaskCount(), orders.getQueue().size(), turnedAway);
      }
      LockSupport.parkNanos(BETWEEN_ORDERS_NANOS);
    }
  }

  private static void handle(StockServer stock, int item) {
    try (InputStream answer = stock.stockOf(item).toURL().openStream()) {
      answer.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("no stock known of item " + item, e);
    }
  }
}
