package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.Comparator;

/** What lock activity is counted by. */
record LockSite(ResourceKind kind, String lockClass, String site) implements Comparable<LockSite> {
  private static final Comparator<LockSite> ORDER =
      Comparator.comparing(LockSite::kind)
          .thenComparing(LockSite::lockClass)
          .thenComparing(LockSite::site);

  static LockSite of(LockActivity activity) {
    return new LockSite(activity.kind(), activity.lockClass(), activity.site());
  }

  @Override
  public int compareTo(LockSite other) {
    return ORDER.compare(this, other);
  }

  /** Counts of one site that a source gave in two rows. */
  static LockActivity sum(LockActivity one, LockActivity other) {
    return new LockActivity(
        one.kind(),
        one.lockClass(),
        one.site(),
        one.contentions() + other.contentions(),
        one.waitNanos() + other.waitNanos());
  }
}
