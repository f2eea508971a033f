package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls to a slow service from the common pool, which the whole JVM shares: parallel streams and
 * futures of others stand still behind them. Mended, the calls have a pool of their own.
 */
public final class CommonPoolCalls {
  private static final long BETWEEN_CALLS_NANOS = 100_000_000;
  private static final long BETWEEN_TASKS_NANOS = 200_000_000;
  private static final Duration SLOW = Duration.ofSeconds(8);

  private CommonPoolCalls() {}

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    SlowPeer peer = new SlowPeer(SLOW);
    AtomicInteger asking = new AtomicInteger();
    Executor pool =
        switches.healthy() ? Executors.newCachedThreadPool() : ForkJoinPool.commonPool();
    new Thread(() -> keepAsking(peer, pool, asking), "translation-requests").start();
    Progress sorted = new Progress("lists sorted");
    new Thread(() -> keepSorting(sorted), "sorting-requests").start();
    if (!switches.healthy()) {
      int workers = ForkJoinPool.getCommonPoolParallelism();
      FaultWatch.awaitAndAnnounce(() -> asking.get() >= workers);
    }
    sorted.print();
  }

  private static void keepAsking(SlowPeer peer, Executor pool, AtomicInteger asking) {
    while (true) {
      pool.execute(
          () -> {
            asking.incrementAndGet();
            peer.ask();
            asking.decrementAndGet();
          });
      Progress.pause(BETWEEN_CALLS_NANOS);
    }
  }

  private static void keepSorting(Progress sorted) {
    while (true) {
      ForkJoinPool.commonPool().execute(sorted::count);
      Progress.pause(BETWEEN_TASKS_NANOS);
    }
  }
}
