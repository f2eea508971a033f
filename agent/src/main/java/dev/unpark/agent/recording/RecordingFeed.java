package dev.unpark.agent.recording;

import dev.unpark.agent.bootstrap.LockCounters;
import dev.unpark.agent.sample.LockLedger;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Flight Recorder has told, summed up per site.
 *
 * <p><b>Threading:</b> the stream's thread adds, any thread reads; both are synchronized, and none
 * of them is the application's. <b>When full:</b> sites beyond {@value #MOST_SITES} are summed up
 * as {@code other}.
 */
public final class RecordingFeed {
  private static final int MOST_SITES = 200;
  private static final String OTHER = "other";
  private static final long[] BOUNDS = LockCounters.bounds();

  private final Map<LockLedger.Site, Sum> sites = new LinkedHashMap<>();
  private final Sum pinned = new Sum();

  /** Sums while they grow. */
  private static final class Sum {
    private long count;
    private long nanos;
    private final long[] buckets = new long[LockCounters.BUCKETS];

    void add(long waited) {
      int bucket = 0;
      while (bucket < BOUNDS.length && waited > BOUNDS[bucket]) {
        bucket++;
      }
      count++;
      nanos += waited;
      buckets[bucket]++;
    }

    LockLedger.Sums copy() {
      return new LockLedger.Sums(count, nanos, buckets.clone());
    }
  }

  synchronized void waited(ResourceKind kind, String lockClass, String site, long nanos) {
    LockLedger.Site key = new LockLedger.Site(kind, lockClass, site, false);
    if (!sites.containsKey(key) && sites.size() >= MOST_SITES) {
      key = new LockLedger.Site(kind, OTHER, OTHER, false);
    }
    sites.computeIfAbsent(key, k -> new Sum()).add(nanos);
  }

  synchronized void pinned(long nanos) {
    pinned.add(nanos);
  }

  /** Waits per site; those shorter than the stream's threshold are not in it. */
  public synchronized Map<LockLedger.Site, LockLedger.Sums> sites() {
    Map<LockLedger.Site, LockLedger.Sums> copy = new LinkedHashMap<>();
    sites.forEach((site, sum) -> copy.put(site, sum.copy()));
    return copy;
  }

  /** Waits of virtual threads that kept their carrier. */
  public synchronized LockLedger.Sums pinned() {
    return pinned.copy();
  }

  /** The sums as the model wants them. */
  public synchronized List<LockActivity> activity() {
    List<LockActivity> activity = new ArrayList<>();
    sites.forEach(
        (site, sum) ->
            activity.add(
                new LockActivity(
                    site.kind(), site.lockClass(), site.site(), sum.count, sum.nanos)));
    return activity;
  }
}
