package dev.unpark.collector.incident;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down once a minute which JVMs report.
 *
 * <p><b>Threading:</b> one thread of its own, so that a database that is away holds nobody else up.
 * What could not be written is written the next time: a JVM is watched for longer than a minute.
 */
public final class InventoryKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final long FIRST_SECONDS = 1;
  private static final long EVERY_SECONDS = 60;

  private final SqlInventory inventory;
  private final Supplier<List<SeenJvm>> reporting;
  private final Duration kept;
  private final Clock clock;
  private final Runnable failed;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "unpark-inventory");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param reporting the JVMs that report now
   * @param kept how long one that is silent is remembered
   * @param failed hears of each attempt to write that failed
   */
  public InventoryKeeper(
      SqlInventory inventory,
      Supplier<List<SeenJvm>> reporting,
      Duration kept,
      Clock clock,
      Runnable failed) {
    this.inventory = inventory;
    this.reporting = reporting;
    this.kept = kept;
    this.clock = clock;
    this.failed = failed;
    timer.scheduleWithFixedDelay(this::keep, FIRST_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void keep() {
    try {
      inventory.write(reporting.get());
      inventory.forget(clock.instant().minus(kept));
    } catch (IncidentStore.Unavailable gone) {
      failed.run();
    } catch (RuntimeException fault) {
      // A timer whose task throws once never runs it again.
      LOG.atError().setCause(fault).log("internal fault while writing down which JVMs report");
    }
  }

  /** Writes down what reports now, and ends. */
  @Override
  public void close() {
    timer.execute(this::keep);
    timer.shutdown();
    try {
      if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
        timer.shutdownNow();
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    inventory.close();
  }
}
