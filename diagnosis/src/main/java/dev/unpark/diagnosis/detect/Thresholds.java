package dev.unpark.diagnosis.detect;

import java.time.Duration;

/**
 * Every number on which a verdict about a trend rests. Knots need none.
 *
 * @param trend how long a trend must stand: long enough for a burst to pass, short enough to wake
 *     someone in time
 * @param looks how many looks a trend needs at least, so that a slow sampler proves nothing by two
 * @param belief how long threads that could only be freed by each other, as far as is believed,
 *     must stand in the very same turns: a hand-over takes less, and who is on call wants to know
 *     soon
 * @param presence share of looks, 0 to 1, that must show a trend: one lucky look clears nobody
 * @param queueWait a task that waits this long for a worker is noticed by whoever sent it
 * @param waitingWorkers share of the workers, 0 to 1, that wait rather than compute when a pool is
 *     exhausted by something else than its own work
 * @param standingWaiters threads that must stand behind one lock: two meet by chance, three queue
 * @param sameErrand threads that must be about the same thing at once, a load or a log event: some
 *     meet at any time in a busy server, this many do not
 * @param restingCpu share of one processor, 0 to 1, up to which a thread counts as standing still:
 *     the JVM wakes some waiters now and then to look around, at some 0.03 ms a time
 * @param busyCpu share of one processor, 0 to 1, from which a thread counts as burning it: a tenth,
 *     because busy threads share processors
 * @param spinningCpu share of one processor, 0 to 1, that a thread must have used which runs Java
 *     code whenever one looks: little, because on a machine that is overloaded nobody gets much,
 *     but more than one that only looks runnable
 * @param stuckTask a task that has waited this long for one answer will be missed
 * @param leakedThreads by how many threads a kind must grow while none of it ends: a pool that
 *     warms up seldom starts so many
 * @param crowdedThreads idle platform threads of one kind, in pools of their own, that nobody
 *     needs: each keeps a stack and an entry in every dump
 * @param refusals tasks that a pool must have refused within a trend: some are what a limit is for
 * @param refusalsPerTask so many for each task that it did mean that who was refused comes back
 * @param overtakings how often others must have got a lock past one that waits for it: once or
 *     twice is what unfair locks are made for
 * @param resizes how often a pool must have been made larger, and as often smaller, within {@link
 *     dev.unpark.diagnosis.model.Occurrence#RECENT}: load comes and goes once in so short a time
 * @param retries how many retries of one call, within the same time, are more than single failures
 * @param bunched share of those retries, 0 to 1, that must have come on top of others: three in
 *     four mean that four or more come at once; of those that chance spreads, 6 in 100 do
 */
public record Thresholds(
    Duration trend,
    int looks,
    Duration belief,
    double presence,
    Duration queueWait,
    double waitingWorkers,
    int standingWaiters,
    int sameErrand,
    double restingCpu,
    double busyCpu,
    double spinningCpu,
    Duration stuckTask,
    int leakedThreads,
    int crowdedThreads,
    int refusals,
    int refusalsPerTask,
    int overtakings,
    int resizes,
    int retries,
    double bunched) {
  /** Suits most JVMs. */
  public static final Thresholds DEFAULT =
      new Thresholds(
          Duration.ofSeconds(5),
          3,
          Duration.ofMillis(900),
          0.8,
          Duration.ofSeconds(1),
          0.5,
          3,
          5,
          0.001,
          0.1,
          0.02,
          Duration.ofSeconds(10),
          100,
          1000,
          1000,
          10,
          5,
          3,
          100,
          0.75);
}
