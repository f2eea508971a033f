package dev.unpark.collector.history;

/**
 * What the locks of one place cost the JVMs of a service.
 *
 * @param service whose
 * @param kind of lock, as {@code lock.kind}
 * @param type its class
 * @param site where threads wait for it; empty when unknown
 * @param jvms how many JVMs have it
 * @param waiters threads that wait for it now
 * @param waitMillis time that ended waits took, for each step, oldest first
 * @param contentions waits that ended, for each step
 * @param holdMillis time that it was held, as far as it was measured, for each step
 */
public record LockTrend(
    String service,
    String kind,
    String type,
    String site,
    int jvms,
    int waiters,
    long[] waitMillis,
    long[] contentions,
    long[] holdMillis) {}
