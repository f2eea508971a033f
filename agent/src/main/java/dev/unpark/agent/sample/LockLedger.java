package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.LockCounters;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums what the hooks counted per lock up to sites, which live longer than locks.
 *
 * <p><b>Threading:</b> the sampler's thread reads the counters and any thread may ask for {@link
 * #sites}, so both are synchronized; no hook ever comes here. <b>When full:</b> sites beyond
 * {@value #MOST_SITES} are summed up as {@code other}.
 */
public final class LockLedger {
  private static final int MOST_SITES = 200;
  private static final String OTHER = "other";

  /** Three quarters of a table in use, and a new one is begun. */
  private static final int RENEW_AT = LockCounters.CAPACITY * 3 / 4;

  /** What was already taken of one row, so that only the difference is added. */
  private static final class Taken {
    @Nullable String className;
    long count;
    long nanos;
    long heldNanos;
    final long[] buckets = new long[LockCounters.BUCKETS];
    final long[] held = new long[LockCounters.BUCKETS];
  }

  /** What is summed up of one site. */
  private static final class Total {
    long count;
    long nanos;
    long heldNanos;
    final long[] buckets = new long[LockCounters.BUCKETS];
    final long[] held = new long[LockCounters.BUCKETS];
  }

  /**
   * A lock site's sums.
   *
   * @param abandoned whether the waits ended without the lock: timed out, interrupted
   */
  public record Site(ResourceKind kind, String lockClass, String site, boolean abandoned) {}

  /**
   * Waits of one site since the JVM was first watched.
   *
   * @param buckets how many waits were of which length, bounds as {@link LockCounters#bounds}
   * @param held the holds that were seen, likewise; see {@link LockCounters}
   */
  public record Sums(long count, long nanos, long[] buckets, long heldNanos, long[] held) {
    /** Of a source that sees no holds. */
    public Sums(long count, long nanos, long[] buckets) {
      this(count, nanos, buckets, 0, new long[LockCounters.BUCKETS]);
    }

    /** Whether any hold was seen. */
    public boolean hasHolds() {
      return heldNanos > 0;
    }
  }

  private final LockSites lockSites;
  private final Map<Site, Total> sums = new LinkedHashMap<>();
  private Map<Integer, Taken> taken = new HashMap<>();
  private LockCounters table = LockCounters.current();
  private @Nullable LockCounters retired;
  private Map<Integer, Taken> takenOfRetired = new HashMap<>();

  LockLedger(LockSites lockSites) {
    this.lockSites = lockSites;
  }

  /** Takes in what has been counted since the last call. */
  synchronized void update() {
    LockCounters old = retired;
    if (old != null) {
      // A thread may have been between finding the table and counting in it: one last look.
      take(old, takenOfRetired);
      retired = null;
      takenOfRetired = new HashMap<>();
    }
    int used = take(table, taken);
    if (used > RENEW_AT) {
      retired = LockCounters.renew();
      takenOfRetired = taken;
      taken = new HashMap<>();
      table = LockCounters.current();
    }
  }

  private int take(LockCounters from, Map<Integer, Taken> known) {
    int used = 0;
    for (int row = 0; row < LockCounters.CAPACITY; row++) {
      long key = from.key(row);
      if (key == 0) {
        continue;
      }
      used++;
      Taken before = known.computeIfAbsent(row, r -> new Taken());
      Class<?> type = from.takeClass(row);
      if (type != null) {
        before.className =
            type.getClassLoader() == LockLedger.class.getClassLoader() ? "" : type.getName();
      }
      String className = before.className;
      long count = from.count(row);
      if (className == null || className.isEmpty() || count == before.count) {
        continue;
      }
      add(from, row, key, className, before);
    }
    return used;
  }

  private void add(LockCounters from, int row, long key, String className, Taken before) {
    String lock = Names.id(className, (int) (key & Integer.MAX_VALUE));
    boolean abandoned = (key & LockCounters.ABANDONED) != 0;
    Site site =
        new Site(
            Names.kindOfBlocker(className),
            Names.publicName(className),
            lockSites.of(lock),
            abandoned);
    Total into = sums.get(site);
    if (into == null) {
      Site kept = sums.size() < MOST_SITES ? site : new Site(site.kind(), OTHER, OTHER, abandoned);
      into = sums.computeIfAbsent(kept, s -> new Total());
    }
    long count = from.count(row);
    long nanos = from.nanos(row);
    long heldNanos = from.heldNanos(row);
    into.count += count - before.count;
    into.nanos += nanos - before.nanos;
    into.heldNanos += heldNanos - before.heldNanos;
    before.count = count;
    before.nanos = nanos;
    before.heldNanos = heldNanos;
    for (int i = 0; i < LockCounters.BUCKETS; i++) {
      long bucket = from.bucket(row, i);
      into.buckets[i] += bucket - before.buckets[i];
      before.buckets[i] = bucket;
      long held = from.held(row, i);
      into.held[i] += held - before.held[i];
      before.held[i] = held;
    }
  }

  /** The sums per site, a copy. */
  public synchronized Map<Site, Sums> sites() {
    Map<Site, Sums> copy = new LinkedHashMap<>();
    sums.forEach(
        (site, total) ->
            copy.put(
                site,
                new Sums(
                    total.count,
                    total.nanos,
                    total.buckets.clone(),
                    total.heldNanos,
                    total.held.clone())));
    return copy;
  }

  /** The sums as the model wants them, both outcomes together. */
  synchronized List<LockActivity> activity() {
    Map<Site, long[]> both = new LinkedHashMap<>();
    sums.forEach(
        (site, total) -> {
          long[] into =
              both.computeIfAbsent(
                  new Site(site.kind(), site.lockClass(), site.site(), false), s -> new long[2]);
          into[0] += total.count;
          into[1] += total.nanos;
        });
    List<LockActivity> activity = new ArrayList<>();
    both.forEach(
        (site, cells) ->
            activity.add(
                new LockActivity(site.kind(), site.lockClass(), site.site(), cells[0], cells[1])));
    return activity;
  }
}
