package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool with a scaler of its own, which makes it large when it is busy and small when it is not,
 * and decides again before its last decision shows. Mended, its size is fixed.
 */
public final class ThrashingPool {
  private static final int SMALL = 2;
  private static final int LARGE = 8;
  private static final int NOTICEABLE = 4;
  private static final long BETWEEN_TASKS_NANOS = 10_000_000;
  private static final long WORK_NANOS = 30_000_000;
  private static final long BETWEEN_DECISIONS_NANOS = 2_000_000_000;

  private final Progress done = new Progress("orders priced");
  private final AtomicInteger decisions = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  private ThrashingPool(int size) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            size,
            size,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "price-" + number.incrementAndGet()));
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    ThrashingPool program = new ThrashingPool(switches.healthy() ? LARGE : SMALL);
    new Thread(program::keepSubmitting, "scheduler").start();
    if (!switches.healthy()) {
      new Thread(program::keepScaling, "scaler").start();
      FaultWatch.awaitAndAnnounce(() -> program.decisions.get() >= NOTICEABLE);
    }
    program.done.print();
  }

  private void keepSubmitting() {
    while (true) {
      pool.execute(
          () -> {
            Progress.pause(WORK_NANOS);
            done.count();
          });
      Progress.pause(BETWEEN_TASKS_NANOS);
    }
  }

  /** Two workers cannot keep up, eight are mostly idle: each decision calls for the other. */
  private void keepScaling() {
    while (true) {
      boolean busy = !pool.getQueue().isEmpty();
      if (busy && pool.getCorePoolSize() == SMALL) {
        pool.setMaximumPoolSize(LARGE);
        pool.setCorePoolSize(LARGE);
        decisions.incrementAndGet();
      } else if (!busy && pool.getCorePoolSize() == LARGE) {
        pool.setCorePoolSize(SMALL);
        pool.setMaximumPoolSize(SMALL);
        decisions.incrementAndGet();
      }
      Progress.pause(BETWEEN_DECISIONS_NANOS);
    }
  }
}
