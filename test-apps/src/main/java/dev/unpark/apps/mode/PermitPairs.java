package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.Semaphore;

/**
 * Jobs that take two of four permits, one after the other. When four jobs hold one each, nobody
 * gets the second. Mended, both are taken at once.
 */
public final class PermitPairs {
  private static final int PERMITS = 4;
  private static final int JOBS = 4;

  /** As long as any program needs before it copies files. */
  private static final long START_NANOS = 2_000_000_000;

  private static final long WORK_NANOS = 1_000_000;
  private static final long BETWEEN_JOBS_NANOS = 5_000_000;

  private final Semaphore slots = new Semaphore(PERMITS);
  private final Progress copied = new Progress("files copied");

  private PermitPairs() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    Progress.pause(START_NANOS);
    PermitPairs disk = new PermitPairs();
    for (int job = 1; job <= JOBS; job++) {
      new Thread(() -> disk.keepCopying(switches.healthy()), "copy-" + job).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () -> disk.slots.availablePermits() == 0 && disk.slots.getQueueLength() == JOBS);
    }
    disk.copied.print();
  }

  private void keepCopying(boolean atOnce) {
    while (true) {
      if (atOnce) {
        slots.acquireUninterruptibly(2);
      } else {
        slots.acquireUninterruptibly();
        Progress.pause(WORK_NANOS);
        slots.acquireUninterruptibly();
      }
      Progress.pause(WORK_NANOS);
      slots.release(2);
      copied.count();
      if (atOnce) {
        Progress.pause(BETWEEN_JOBS_NANOS);
      }
    }
  }
}
