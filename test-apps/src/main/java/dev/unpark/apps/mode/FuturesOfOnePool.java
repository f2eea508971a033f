package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stages of a {@code CompletableFuture} that join stages which run in the same bounded pool.
 * Mended, the inner stages have a pool of their own.
 */
public final class FuturesOfOnePool {
  private static final int WORKERS = 3;
  private static final int AT_ONCE = 9;
  private static final long WORK_NANOS = 2_000_000;
  private static final long BETWEEN_ROUTES_NANOS = 5_000_000;

  private final ThreadPoolExecutor planners = pool("planner-");
  private final Executor inner;
  private final AtomicInteger joining = new AtomicInteger();
  private final Progress planned = new Progress("routes planned");

  private FuturesOfOnePool(boolean healthy) {
    inner = healthy ? pool("map-") : planners;
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    FuturesOfOnePool routes = new FuturesOfOnePool(switches.healthy());
    for (int driver = 1; driver <= AT_ONCE; driver++) {
      new Thread(routes::keepDriving, "driver-" + driver).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () -> routes.joining.get() == WORKERS && !routes.planners.getQueue().isEmpty());
    }
    routes.planned.print();
  }

  private static ThreadPoolExecutor pool(String name) {
    AtomicInteger number = new AtomicInteger();
    return (ThreadPoolExecutor)
        Executors.newFixedThreadPool(
            WORKERS, task -> new Thread(task, name + number.incrementAndGet()));
  }

  private void keepDriving() {
    while (true) {
      CompletableFuture.supplyAsync(this::plan, planners).join();
      planned.count();
      Progress.pause(BETWEEN_ROUTES_NANOS);
    }
  }

  private int plan() {
    CompletableFuture<Integer> map =
        CompletableFuture.supplyAsync(
            () -> {
              Progress.pause(WORK_NANOS);
              return 42;
            },
            inner);
    joining.incrementAndGet();
    int distance = map.join();
    joining.decrementAndGet();
    return distance;
  }
}
