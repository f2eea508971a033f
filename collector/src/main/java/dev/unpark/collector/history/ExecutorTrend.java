package dev.unpark.collector.history;

/**
 * How busy the executors of one name are in the JVMs of a service.
 *
 * @param service whose
 * @param name the pattern of its threads' names
 * @param type its class
 * @param site where it was made; empty when unknown
 * @param executors how many there are
 * @param workers threads of all
 * @param limit threads that all may have together; -1 when one of them has no limit
 * @param queued tasks in all queues, the most at any time of each step, oldest first
 * @param active busy threads of all, likewise
 * @param oldestMillis age of the oldest queued task of any, likewise
 * @param rejected tasks that were rejected, for each step
 * @param completed tasks that were completed, for each step
 */
public record ExecutorTrend(
    String service,
    String name,
    String type,
    String site,
    int executors,
    long workers,
    long limit,
    long[] queued,
    long[] active,
    long[] oldestMillis,
    long[] rejected,
    long[] completed) {}
