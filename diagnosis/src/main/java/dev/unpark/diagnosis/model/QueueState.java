package dev.unpark.diagnosis.model;

import java.util.Objects;

/**
 * One blocking queue as it was seen. Counts only grow, so that a lost observation costs nothing.
 *
 * @param id names the instance, as {@link Resource#id()} of those who wait for it
 * @param className its class
 * @param site where it was made or is used, {@code Class.method(File.java:12)}; empty when unknown
 * @param size elements in it
 * @param capacity how many it can hold, or {@link #UNBOUNDED}
 * @param puts elements that were put in since it was first seen, or {@link #UNKNOWN}
 * @param takes elements that were taken out since then, or {@link #UNKNOWN}
 */
public record QueueState(
    String id, String className, String site, int size, int capacity, long puts, long takes) {
  /** No limit that matters. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** The source does not count. */
  public static final long UNKNOWN = -1;

  public QueueState {
    Objects.requireNonNull(className);
    Objects.requireNonNull(site);
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a queue needs an id");
    }
  }
}
