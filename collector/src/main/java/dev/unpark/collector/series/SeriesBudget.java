package dev.unpark.collector.series;

import java.util.concurrent.atomic.AtomicLong;

/** How many Prometheus series all JVMs may have together. Safe for any thread. */
public final class SeriesBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public SeriesBudget(long limit) {
    this.limit = limit;
  }

  boolean take(long series) {
    if (used.addAndGet(series) > limit) {
      used.addAndGet(-series);
      return false;
    }
    return true;
  }

  void giveBack(long series) {
    used.addAndGet(-series);
  }

  /** Series that are held now. */
  public long used() {
    return used.get();
  }
}
