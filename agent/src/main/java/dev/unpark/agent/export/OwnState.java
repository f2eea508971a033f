package dev.unpark.agent.export;

import dev.unpark.agent.evidence.Evidence;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the agent tells of itself.
 *
 * <p><b>Threading:</b> the sampler's thread writes, any thread reads.
 */
public final class OwnState {
  /** Upper bounds of a look's duration, in seconds. */
  static final double[] BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1};

  private final AtomicLongArray looks = new AtomicLongArray(BOUNDS.length + 1);
  private final AtomicLong lookNanos = new AtomicLong();
  private final AtomicLong cpuNanos = new AtomicLong();
  private volatile Supplier<Map<String, Boolean>> hooks = Map::of;
  private volatile @Nullable Evidence evidence;

  /** Each hook, and whether it was seen to fire. */
  public void hooks(Supplier<Map<String, Boolean>> coverage) {
    hooks = coverage;
  }

  /** One look has taken that long. */
  public void looked(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos > BOUNDS[bucket] * 1e9) {
      bucket++;
    }
    looks.incrementAndGet(bucket);
    lookNanos.addAndGet(nanos);
  }

  /** Processor time of the agent's threads so far. */
  public void cpu(long nanos) {
    cpuNanos.set(nanos);
  }

  /** Who takes profiles of findings. */
  public void evidence(Evidence taker) {
    evidence = taker;
  }

  @Nullable Evidence evidence() {
    return evidence;
  }

  Map<String, Boolean> hooks() {
    return hooks.get();
  }

  long[] looks() {
    long[] copy = new long[looks.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = looks.get(i);
    }
    return copy;
  }

  double lookSeconds() {
    return lookNanos.get() / 1e9;
  }

  double cpuSeconds() {
    return cpuNanos.get() / 1e9;
  }
}
