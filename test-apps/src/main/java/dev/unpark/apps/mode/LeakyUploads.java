package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that makes an executor for each upload and never shuts it down: every upload leaves a
 * thread behind. Mended, it has one executor for all.
 */
public final class LeakyUploads {
  private static final int NOTICEABLE = 60;
  private static final int AT_MOST = 3_000;
  private static final long BETWEEN_UPLOADS_NANOS = 50_000_000;

  private LeakyUploads() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    Progress stored = new Progress("uploads stored");
    AtomicInteger threads = new AtomicInteger();
    Thread intake = new Thread(() -> takeUploads(switches.healthy(), stored, threads), "intake");
    intake.start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> threads.get() >= NOTICEABLE);
    }
    stored.print();
  }

  private static void takeUploads(boolean healthy, Progress stored, AtomicInteger threads) {
    ExecutorService shared = uploader(threads);
    while (threads.get() < AT_MOST) {
      ExecutorService uploader = healthy ? shared : uploader(threads);
      try {
        uploader.submit(stored::count).get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException("an upload was lost", e);
      }
      Progress.pause(BETWEEN_UPLOADS_NANOS);
    }
  }

  private static ExecutorService uploader(AtomicInteger threads) {
    // A single-thread executor is shut down when the collector of garbage finds it; this one is
    // not.
    return Executors.newFixedThreadPool(
        1,
        task -> {
          Thread thread = new Thread(task, "upload-" + threads.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
