package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An alarm of high priority that needs a lock which a report of low priority holds for long, while
 * ordinary work takes the processors. Mended, the report holds the lock for moments only.
 */
public final class InvertedPriority {
  private static final long MOMENT_NANOS = 200_000;
  private static final long LONG_NANOS = 60_000_000_000L;
  private static final long BETWEEN_ALARMS_NANOS = 20_000_000;

  private final ReentrantLock sensors = new ReentrantLock();
  private final AtomicBoolean reporting = new AtomicBoolean();
  private volatile long sink;

  private InvertedPriority() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    InvertedPriority plant = new InvertedPriority();
    Progress checked = new Progress("alarms checked");
    long hold = switches.healthy() ? MOMENT_NANOS : LONG_NANOS;
    start("report", Thread.MIN_PRIORITY, () -> plant.keepReporting(hold));
    Thread alarm = start("alarm", Thread.MAX_PRIORITY, () -> plant.keepChecking(checked));
    if (!switches.healthy()) {
      start("billing", Thread.NORM_PRIORITY, () -> plant.compute(Long.MAX_VALUE));
      FaultWatch.awaitAndAnnounce(
          () -> plant.reporting.get() && plant.sensors.hasQueuedThread(alarm));
    }
    checked.print();
  }

  private static Thread start(String name, int priority, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setPriority(priority);
    thread.start();
    return thread;
  }

  private void keepReporting(long hold) {
    while (true) {
      sensors.lock();
      try {
        reporting.set(true);
        compute(hold);
      } finally {
        reporting.set(false);
        sensors.unlock();
      }
      Progress.pause(BETWEEN_ALARMS_NANOS);
    }
  }

  private void keepChecking(Progress checked) {
    while (true) {
      sensors.lock();
      sensors.unlock();
      checked.count();
      Progress.pause(BETWEEN_ALARMS_NANOS);
    }
  }

  private void compute(long nanos) {
    long start = System.nanoTime();
    long sum = 0;
    while (System.nanoTime() - start < nanos) {
      for (int i = 0; i < 1_000; i++) {
        sum += sum * 31 + i;
      }
      sink = sum;
    }
  }
}
