package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Order takers that, when the pool refuses an order, give it again at once: most of what the pool
 * does is to refuse. Mended, they take orders at the customers' pace, and whoever finds the pool
 * full works the order off himself.
 */
public final class RefusedOrders {
  private static final int WORKERS = 2;
  private static final int TAKERS = 2;
  private static final int QUEUE = 10;
  private static final long WORK_NANOS = 30_000_000;
  private static final long BETWEEN_TRIES_NANOS = 200_000;
  private static final long BETWEEN_ORDERS_NANOS = 80_000_000;
  private static final long MANY = 2_000;

  private final AtomicLong refused = new AtomicLong();
  private final Progress done = new Progress("orders priced");
  private final ThreadPoolExecutor pool;

  private RefusedOrders(RejectedExecutionHandler whenFull) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task -> new Thread(task, "price-" + number.incrementAndGet()),
            whenFull);
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    RefusedOrders program =
        new RefusedOrders(
            switches.healthy()
                ? new ThreadPoolExecutor.CallerRunsPolicy()
                : new ThreadPoolExecutor.AbortPolicy());
    for (int taker = 1; taker <= TAKERS; taker++) {
      new Thread(() -> program.keepTaking(switches.healthy()), "taker-" + taker).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> program.refused.get() > MANY);
    }
    program.done.print();
  }

  private void keepTaking(boolean atTheirPace) {
    while (true) {
      if (atTheirPace) {
        Progress.pause(BETWEEN_ORDERS_NANOS);
      }
      try {
        pool.execute(this::price);
      } catch (RejectedExecutionException full) {
        refused.incrementAndGet();
        Progress.pause(BETWEEN_TRIES_NANOS);
      }
    }
  }

  private void price() {
    Progress.pause(WORK_NANOS);
    done.count();
  }
}
