package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool that takes urgent orders first. More of them come than its workers can do, so that the
 * patient ones never get their turn. Mended, there are workers enough for both.
 */
public final class UrgentFirst {
  private static final int WORKERS = 2;
  private static final int PATIENT = 5;
  private static final int BACKLOG = 20;
  private static final long WORK_NANOS = 20_000_000;
  private static final long BETWEEN_ORDERS_NANOS = 5_000_000;
  private static final long MENDED_BETWEEN_ORDERS_NANOS = 40_000_000;

  private final Progress done = new Progress("orders packed");
  private final AtomicInteger patientOnes = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  /** An order, of which the smaller rank is the more urgent. */
  private record Order(int rank, Runnable work) implements Runnable, Comparable<Order> {
    @Override
    public int compareTo(Order other) {
      return Integer.compare(rank, other.rank);
    }

    @Override
    public void run() {
      work.run();
    }
  }

  private UrgentFirst() {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            task -> new Thread(task, "orders-" + number.incrementAndGet()));
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    UrgentFirst shop = new UrgentFirst();
    long pause = switches.healthy() ? MENDED_BETWEEN_ORDERS_NANOS : BETWEEN_ORDERS_NANOS;
    new Thread(() -> shop.keepOrdering(pause), "desk").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> shop.patientOnes.get() == PATIENT);
    }
    shop.done.print();
  }

  /** Urgent orders without end; between the first of them, a few that can wait. */
  private void keepOrdering(long pause) {
    for (int order = 0; ; order++) {
      if (pool.getQueue().size() < BACKLOG) {
        pool.execute(new Order(1, this::pack));
      }
      if (order >= BACKLOG && patientOnes.get() < PATIENT) {
        pool.execute(new Order(2, this::pack));
        patientOnes.incrementAndGet();
      }
      Progress.pause(pause);
    }
  }

  private void pack() {
    Progress.pause(WORK_NANOS);
    done.count();
  }
}
