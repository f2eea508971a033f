package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A distribution of durations, in the buckets that OpenTelemetry advises for requests.
 *
 * <p><b>Threading:</b> lock-free; any thread adds, any thread reads. The buckets and the sum of one
 * reading may be one duration apart.
 */
public final class Durations {
  /** Upper bounds of the buckets, in nanoseconds; one more bucket is above the last. */
  private static final long[] BOUNDS = {
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    75_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    750_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    7_500_000_000L,
    10_000_000_000L
  };

  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
  private final AtomicLong nanos = new AtomicLong();

  /** Upper bounds of the buckets in nanoseconds, ascending. */
  public static long[] bounds() {
    return BOUNDS.clone();
  }

  void add(long duration) {
    int bucket = 0;
    while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) {
      bucket++;
    }
    buckets.getAndAdd(bucket, 1);
    nanos.getAndAdd(duration);
  }

  /** Durations per bucket. */
  public long[] buckets() {
    long[] copy = new long[buckets.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = buckets.get(i);
    }
    return copy;
  }

  /** Sum of all durations, in nanoseconds. */
  public long nanos() {
    return nanos.get();
  }
}
