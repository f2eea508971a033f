package dev.unpark.collector.history;

import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.model.Observation;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at the whole fleet every {@link #STEP} and keeps what it sees for {@link #STEPS} of them.
 *
 * <p><b>Threading:</b> {@link #step} is for one thread, the timer's; any thread may ask. <b>When
 * full:</b> places that are new are left out and counted.
 */
public final class Trends {
  public static final Duration STEP = Duration.ofSeconds(10);
  public static final int STEPS = 60;

  private final Fleet fleet;
  private final Clock clock;
  private final LockTrends locks = new LockTrends();
  private final ExecutorTrends executors = new ExecutorTrends();
  private long now;

  public Trends(Fleet fleet, Clock clock) {
    this.fleet = fleet;
    this.clock = clock;
    this.now = stepOf(clock);
  }

  /** Looks once. */
  public synchronized void step() {
    now = Math.max(now, stepOf(clock));
    locks.begin();
    executors.begin();
    Set<String> present = new HashSet<>();
    for (WatchedJvm jvm : fleet.jvms()) {
      Observation look = jvm.latest();
      if (look != null) {
        present.add(jvm.id());
        locks.add(jvm, look, now);
        executors.add(jvm, look, now);
      }
    }
    locks.end(present, now);
    executors.end(present, now);
  }

  /** Every place where locks were waited for, in no order. */
  public synchronized List<LockTrend> locks() {
    return locks.trends(now);
  }

  /** Every kind of executor, in no order. */
  public synchronized List<ExecutorTrend> executors() {
    return executors.trends(now);
  }

  /** When the last step began, milliseconds since 1970. */
  public synchronized long lastStep() {
    return now * STEP.toMillis();
  }

  private static long stepOf(Clock clock) {
    return Math.floorDiv(clock.millis(), STEP.toMillis());
  }
}
