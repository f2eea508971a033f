package dev.unpark.diagnosis.model;

import java.util.Objects;

/**
 * One thing, an instance, that threads wait for.
 *
 * @param id names the instance; unique in the observation, and the same in the next one of the same
 *     JVM: class and identity hash live, the printed address in a dump
 * @param kind what it is
 * @param className fully qualified class, as the user would name it: the lock's class, not its
 *     inner {@code Sync}
 * @param site where its waiters wait or where it was made, {@code Class.method(File.java:12)};
 *     empty when unknown
 * @param release what must happen before a wait for it can end
 */
public record Resource(
    String id, ResourceKind kind, String className, String site, Release release) {
  public Resource {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(className);
    Objects.requireNonNull(site);
    Objects.requireNonNull(release);
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a resource needs an id");
    }
  }
}
