package dev.unpark.collector.history;

/** The last values of one figure, one for each step of time; a step without one is zero. */
final class Ring {
  private final long[] values;
  private long step;

  Ring(int steps, long firstStep) {
    values = new long[steps];
    step = firstStep;
  }

  /** Adds to the value of that step, which is the latest or a later one. */
  void add(long now, long value) {
    moveTo(now);
    values[at(now)] += value;
  }

  /** Makes the value of that step at least so large. */
  void raise(long now, long value) {
    moveTo(now);
    values[at(now)] = Math.max(values[at(now)], value);
  }

  /** The values up to that step, oldest first. */
  long[] until(long now) {
    moveTo(now);
    long[] all = new long[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[at(now + 1 + i)];
    }
    return all;
  }

  private void moveTo(long now) {
    for (long each = Math.max(step + 1, now - values.length + 1); each <= now; each++) {
      values[at(each)] = 0;
    }
    step = Math.max(step, now);
  }

  private int at(long when) {
    return Math.floorMod(when, values.length);
  }
}
