package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Batches whose first task waits, on a latch, for parts that are queued in the same pool. Mended,
 * parts run in a pool of their own.
 */
public final class LatchInPool {
  private static final int WORKERS = 4;
  private static final int PARTS = 2;
  private static final long BETWEEN_BATCHES_NANOS = 20_000_000;

  /** So many are done one by one, and all goes well. */
  private static final int QUIET_BATCHES = 200;

  private final ThreadPoolExecutor batches = pool("batch-");
  private final Executor parts;
  private final AtomicInteger awaiting = new AtomicInteger();
  private final Progress done = new Progress("batches done");

  private LatchInPool(boolean healthy) {
    parts = healthy ? pool("part-") : batches;
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    LatchInPool nightly = new LatchInPool(switches.healthy());
    new Thread(nightly::keepSubmitting, "scheduler").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> nightly.awaiting.get() == WORKERS);
    }
    nightly.done.print();
  }

  private static ThreadPoolExecutor pool(String name) {
    AtomicInteger number = new AtomicInteger();
    return (ThreadPoolExecutor)
        Executors.newFixedThreadPool(
            WORKERS, task -> new Thread(task, name + number.incrementAndGet()));
  }

  private void keepSubmitting() {
    while (true) {
      boolean rush = done.done() >= QUIET_BATCHES;
      if (batches.getQueue().isEmpty()) {
        for (int batch = 0; batch < (rush ? 2 * WORKERS : 1); batch++) {
          batches.execute(this::batch);
        }
      }
      Progress.pause(BETWEEN_BATCHES_NANOS);
    }
  }

  private void batch() {
    CountDownLatch latch = new CountDownLatch(PARTS);
    for (int part = 0; part < PARTS; part++) {
      parts.execute(latch::countDown);
    }
    awaiting.incrementAndGet();
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    awaiting.decrementAndGet();
    done.count();
  }
}
