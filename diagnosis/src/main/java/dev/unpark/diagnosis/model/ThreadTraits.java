package dev.unpark.diagnosis.model;

/**
 * What else is known of a thread, beyond what it does at the moment.
 *
 * @param priority its Java priority, 1 to 10, or 0 when unknown
 * @param daemon whether the JVM may end without it; false when unknown
 * @param cpuNanos processor time that it has used since it started, in nanoseconds, or {@link
 *     #UNKNOWN_CPU}; sources may round it down
 * @param carrier id of the platform thread that a virtual thread is mounted on, or {@link
 *     #NO_CARRIER} when it is not mounted, not virtual, or nothing is known
 */
public record ThreadTraits(int priority, boolean daemon, long cpuNanos, long carrier) {
  /** The source does not say how much processor time the thread has used. */
  public static final long UNKNOWN_CPU = -1;

  /** Not mounted, as far as is known. */
  public static final long NO_CARRIER = -1;

  /** Nothing else is known. */
  public static final ThreadTraits UNKNOWN = new ThreadTraits(0, false, UNKNOWN_CPU, NO_CARRIER);

  /** Those of a virtual thread that is mounted on this carrier. */
  public static ThreadTraits mountedOn(long carrier) {
    return new ThreadTraits(0, true, UNKNOWN_CPU, carrier);
  }
}
