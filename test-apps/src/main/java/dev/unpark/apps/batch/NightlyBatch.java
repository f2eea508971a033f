package dev.unpark.apps.batch;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.parts.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes accounts one by one, each in a transaction, with 1, 2, 4, 8, 16 and 32 threads for a
 * moment each, and tells how many accounts each setting closes a second and how long one takes.
 * Then it goes on with 32 threads; mended, with as many as it has connections.
 */
public final class NightlyBatch {
  private static final int ACCOUNTS = 2_000;
  private static final int CONNECTIONS = 6;
  private static final int MOST = 32;
  private static final long WORK_NANOS = 10_000_000;
  private static final long STEP_NANOS = 400_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final double SECOND = 1e9;

  private final Table accounts = new Table("accounts", ACCOUNTS, CONNECTIONS, WORK_NANOS);
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong closed = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asking = new AtomicInteger();
  private volatile int parallelism;

  private NightlyBatch() throws SQLException {}

  public static void main(String[] args) throws SQLException, InterruptedException {
    Switches switches = Switches.of(args);
    NightlyBatch batch = new NightlyBatch();
    for (int threads = 1; threads <= MOST; threads *= 2) {
      batch.measure(threads);
    }
    batch.start(switches.healthy() ? CONNECTIONS : MOST);
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> batch.asking.get() > 2 * CONNECTIONS);
    }
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.printf("%d accounts closed%n", batch.closed.get());
    }
  }

  private void measure(int threads) throws InterruptedException {
    long before = closed.get();
    long nanosBefore = nanos.get();
    long start = System.nanoTime();
    List<Thread> workers = start(threads);
    LockSupport.parkNanos(STEP_NANOS);
    parallelism = 0;
    for (Thread worker : workers) {
      worker.join();
    }
    long done = Math.max(1, closed.get() - before);
    System.out.printf(
        "with %2d threads: %4.0f accounts a second, %5.1f ms each%n",
        threads,
        done * SECOND / (System.nanoTime() - start),
        (nanos.get() - nanosBefore) / 1e6 / done);
  }

  private List<Thread> start(int threads) {
    parallelism = threads;
    List<Thread> workers = new ArrayList<>();
    for (int worker = 1; worker <= threads; worker++) {
      Thread thread = new Thread(this::keepClosing, "batch-" + worker);
      workers.add(thread);
      thread.start();
    }
    return workers;
  }

  private void keepClosing() {
    while (parallelism > 0) {
      long start = System.nanoTime();
      asking.incrementAndGet();
      try {
        accounts.add(1 + Math.floorMod(next.getAndIncrement(), ACCOUNTS));
        closed.incrementAndGet();
      } catch (SQLException e) {
        System.out.println("an account was left open: " + e.getMessage());
      }
      asking.decrementAndGet();
      nanos.addAndGet(System.nanoTime() - start);
    }
  }
}
