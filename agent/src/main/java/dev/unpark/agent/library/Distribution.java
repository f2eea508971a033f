package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.Durations;
import org.jspecify.annotations.Nullable;

/**
 * A sum of distributions.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class Distribution {
  private final long[] buckets = new long[Durations.bounds().length + 1];
  private long nanos;

  void add(@Nullable Durations durations) {
    if (durations != null) {
      add(durations.buckets(), durations.nanos());
    }
  }

  void add(Distribution other) {
    add(other.buckets, other.nanos);
  }

  private void add(long[] more, long moreNanos) {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] += more[i];
    }
    nanos += moreNanos;
  }

  /** How many there are in each bucket of {@link Durations#bounds}. */
  public long[] buckets() {
    return buckets.clone();
  }

  /** Sum of all, in nanoseconds. */
  public long nanos() {
    return nanos;
  }
}
