package dev.unpark.collector.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A few threads with a queue each. Tasks of one lane run one after the other in the order offered.
 *
 * <p><b>Threading:</b> any thread may offer. <b>When full:</b> when the lane's queue is full, or
 * the tasks in all queues together weigh more than allowed, an offer is refused, and the caller
 * tells the sender to come back.
 */
public final class Workers implements AutoCloseable {
  private static final long NOTHING_RUN = Long.MAX_VALUE;

  private final List<ThreadPoolExecutor> lanes = new ArrayList<>();

  /** For each lane, the least time that a task of late waited for its turn, in nanoseconds. */
  private final List<AtomicLong> leastWait = new ArrayList<>();

  private final AtomicLong weight = new AtomicLong();
  private final long maxWeight;

  /**
   * @param threads how many lanes
   * @param queued how many tasks wait in a lane at most
   * @param maxWeight how much all waiting tasks weigh at most, in bytes received
   */
  public Workers(int threads, int queued, long maxWeight) {
    this.maxWeight = maxWeight;
    for (int i = 0; i < threads; i++) {
      String name = "unpark-worker-" + i;
      leastWait.add(new AtomicLong(NOTHING_RUN));
      lanes.add(
          new ThreadPoolExecutor(
              1,
              1,
              0,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(queued),
              task -> new Thread(task, name)));
    }
  }

  /** Has the lane of {@code key} run the task; false when it has no room. */
  boolean offer(Object key, long taskWeight, Runnable task) {
    // One task heavier than the whole allowance still gets through when nothing else waits.
    if (weight.addAndGet(taskWeight) > maxWeight && weight.get() != taskWeight) {
      weight.addAndGet(-taskWeight);
      return false;
    }
    int lane = Math.floorMod(key.hashCode(), lanes.size());
    AtomicLong least = leastWait.get(lane);
    long offered = System.nanoTime();
    try {
      lanes
          .get(lane)
          .execute(
              () -> {
                weight.addAndGet(-taskWeight);
                least.accumulateAndGet(System.nanoTime() - offered, Math::min);
                task.run();
              });
      return true;
    } catch (RejectedExecutionException full) {
      weight.addAndGet(-taskWeight);
      return false;
    }
  }

  /**
   * How long tasks wait even at the best of times: the least that any waited since this was last
   * asked, in the lane where that is most. A crowd that comes at once waits as well, but the first
   * of it does not. In nanoseconds; 0 when none has run.
   */
  long standing() {
    long worst = 0;
    for (AtomicLong least : leastWait) {
      long wait = least.getAndSet(NOTHING_RUN);
      worst = Math.max(worst, wait == NOTHING_RUN ? 0 : wait);
    }
    return worst;
  }

  /** Takes no more, and waits a while for what was taken. */
  @Override
  public void close() {
    lanes.forEach(ThreadPoolExecutor::shutdown);
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    try {
      for (ThreadPoolExecutor lane : lanes) {
        if (!lane.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          lane.shutdownNow();
        }
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      lanes.forEach(ThreadPoolExecutor::shutdownNow);
    }
  }
}
