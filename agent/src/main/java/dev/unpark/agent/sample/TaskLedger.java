package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.TaskSamples;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks stood in queues and ran, per executor site.
 *
 * <p><b>Threading:</b> synchronized; no hook ever comes here. <b>When full:</b> sites beyond
 * {@value #MOST_SITES} are summed up as {@code other}.
 */
public final class TaskLedger {
  private static final int MOST_SITES = 200;
  private static final Site OTHER = new Site("other", "other");

  /** Quantiles are of the current half minute and the one before. */
  private static final long WINDOW_NANOS = 30_000_000_000L;

  private final Map<Site, Sums> sites = new LinkedHashMap<>();

  /**
   * Where an executor was made.
   *
   * @param executor pattern of its threads' names
   */
  public record Site(String executor, String site) {}

  private static final class Sums {
    final long[] waits = new long[TaskSamples.CELLS];
    final long[] runs = new long[TaskSamples.CELLS];
    long[] now = new long[TaskSamples.CELLS];
    long[] before = new long[TaskSamples.CELLS];
    long windowStart;
  }

  /**
   * One distribution: what each class of {@link TaskSamples#cell} weighs.
   *
   * @param recent the last half minute to minute of it
   */
  public record Distribution(long[] cells, long[] recent) {
    /**
     * The duration that this share of the last minute's tasks did not exceed, in nanoseconds, or
     * null when there was none.
     */
    public @Nullable Double quantile(double share) {
      long total = 0;
      for (long weight : recent) {
        total += weight;
      }
      double wanted = total * share;
      double sum = 0;
      for (int cell = 0; cell < recent.length; cell++) {
        if (recent[cell] > 0 && sum + recent[cell] >= wanted) {
          double floor = TaskSamples.floor(cell);
          return floor + (TaskSamples.floor(cell + 1) - floor) * (wanted - sum) / recent[cell];
        }
        sum += recent[cell];
      }
      return null;
    }
  }

  /** Queue waits and runs of one site. */
  public record Tasks(Distribution waits, Distribution runs) {}

  /** Adds what was sampled of that site since the last call. */
  synchronized void takeIn(Site site, long now) {
    Site kept = sites.containsKey(site) || sites.size() < MOST_SITES ? site : OTHER;
    Sums sums = sites.computeIfAbsent(kept, s -> new Sums());
    if (now - sums.windowStart > WINDOW_NANOS) {
      sums.before = isOver(sums, now) ? new long[TaskSamples.CELLS] : sums.now;
      sums.now = new long[TaskSamples.CELLS];
      sums.windowStart = now;
    }
    for (int cell = 0; cell < TaskSamples.CELLS; cell++) {
      long waits = TaskSamples.takeWaits(cell);
      sums.waits[cell] += waits;
      sums.now[cell] += waits;
      sums.runs[cell] += TaskSamples.takeRuns(cell);
    }
  }

  private static boolean isOver(Sums sums, long now) {
    return now - sums.windowStart > 2 * WINDOW_NANOS;
  }

  /**
   * Every site, a copy.
   *
   * @param now by {@code System.nanoTime}, as in {@link #takeIn}
   */
  public synchronized Map<Site, Tasks> sites(long now) {
    Map<Site, Tasks> copy = new LinkedHashMap<>();
    sites.forEach(
        (site, sums) -> {
          long[] recent = new long[TaskSamples.CELLS];
          for (int cell = 0; cell < recent.length && !isOver(sums, now); cell++) {
            recent[cell] = sums.before[cell] + sums.now[cell];
          }
          copy.put(
              site,
              new Tasks(
                  new Distribution(sums.waits.clone(), recent),
                  new Distribution(sums.runs.clone(), sums.runs.clone())));
        });
    return copy;
  }
}
