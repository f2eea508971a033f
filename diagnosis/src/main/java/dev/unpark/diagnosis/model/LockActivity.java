package dev.unpark.diagnosis.model;

import java.util.Objects;

/**
 * What has happened at the locks of one site since the JVM was first watched. Counts only grow, so
 * that a lost observation costs nothing: take the difference of any two.
 *
 * @param kind what kind of lock
 * @param lockClass its class
 * @param site where threads wait for it, {@code Class.method(File.java:12)}; empty when not yet
 *     known
 * @param contentions waits that have ended
 * @param waitNanos time that those waits took, in nanoseconds
 */
public record LockActivity(
    ResourceKind kind, String lockClass, String site, long contentions, long waitNanos) {
  public LockActivity {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(lockClass);
    Objects.requireNonNull(site);
  }
}
