package dev.unpark.diagnosis.model;

/**
 * The scheduler of virtual threads as it was seen.
 *
 * @param parallelism how many carriers run virtual threads at the same time, when none is blocked,
 *     or {@link #UNKNOWN}
 * @param carriers platform threads that it has started and that still live, or {@link #UNKNOWN}
 * @param mounted carriers that run a virtual thread, or {@link #UNKNOWN}
 * @param queued virtual threads that are ready to run and wait for a carrier, or {@link #UNKNOWN}
 */
public record VirtualScheduler(int parallelism, int carriers, int mounted, int queued) {
  /** The source does not say. */
  public static final int UNKNOWN = -1;
}
