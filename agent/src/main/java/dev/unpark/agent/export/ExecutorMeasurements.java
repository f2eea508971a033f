package dev.unpark.agent.export;

import dev.unpark.agent.bootstrap.TaskSamples;
import dev.unpark.agent.sample.PoolHistory;
import dev.unpark.agent.sample.RankedQueues;
import dev.unpark.agent.sample.Sampler;
import dev.unpark.agent.sample.TaskLedger;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.Metric;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads what is known of executors: as they stand, and what became of their tasks.
 *
 * <p><b>Threading:</b> the exporter's thread. Cardinality: executors of one name and class are
 * added up, or the longest wait is taken; sites are bounded by {@link TaskLedger}.
 */
final class ExecutorMeasurements implements Consumer<Readings> {
  private static final int MOST_EXECUTORS = 200;
  private static final double[] QUANTILES = {0.5, 0.99};

  /** In seconds; a class of {@link TaskSamples#cell} belongs to where its middle lies. */
  private static final List<Double> BOUNDS =
      List.of(
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
          2.5, 5.0, 10.0, 30.0, 60.0);

  private final Sampler sampler;

  ExecutorMeasurements(Sampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public void accept(Readings readings) {
    Observation last = sampler.last();
    if (last != null) {
      last.executors().stream().limit(MOST_EXECUTORS).forEach(pool -> now(readings, pool));
    }
    sampler.ranked().ages().forEach((name, ages) -> ranked(readings, name, ages));
    sampler.history().past().forEach((name, past) -> past(readings, name, past));
    sampler.tasks().sites(System.nanoTime()).forEach((site, tasks) -> tasks(readings, site, tasks));
  }

  private static void now(Readings readings, ExecutorState pool) {
    String name = pool.name();
    String type = pool.type();
    int idle = Math.max(0, pool.workers().size() - pool.active());
    readings.add(Metric.EXECUTOR_THREAD_COUNT, pool.active(), name, type, "active");
    readings.add(Metric.EXECUTOR_THREAD_COUNT, idle, name, type, "idle");
    readings.add(Metric.EXECUTOR_THREAD_CORE, pool.core(), name, type);
    if (pool.limit() != ExecutorState.UNBOUNDED) {
      readings.add(Metric.EXECUTOR_THREAD_LIMIT, pool.limit(), name, type);
    }
    readings.add(Metric.EXECUTOR_QUEUE_SIZE, pool.queued(), name, type);
    if (pool.queueCapacity() != ExecutorState.UNBOUNDED) {
      readings.add(Metric.EXECUTOR_QUEUE_CAPACITY, pool.queueCapacity(), name, type);
    }
    readings.add(Metric.EXECUTOR_TASK_COMPLETED, pool.completed(), name, type);
    readings.add(Metric.EXECUTOR_TASK_REJECTED, pool.rejected(), name, type);
    if (pool.oldestQueued() != null) {
      age(readings, Metric.EXECUTOR_QUEUE_OLDEST_AGE, pool.oldestQueued(), name, type);
    }
  }

  private static void ranked(Readings readings, PoolHistory.Name of, RankedQueues.Ages ages) {
    age(readings, Metric.EXECUTOR_QUEUE_OLDEST_AGE, ages.oldest(), of.executor(), of.type());
    age(readings, Metric.EXECUTOR_QUEUE_NEXT_AGE, ages.next(), of.executor(), of.type());
  }

  /** Of executors of one name the longest wait counts: waits are not added up. */
  private static void age(
      Readings readings, Metric metric, Duration age, String executor, String type) {
    readings.addLargest(metric, age.toMillis() / 1e3, executor, type);
  }

  private static void past(Readings readings, PoolHistory.Name name, PoolHistory.Past past) {
    readings.add(Metric.EXECUTOR_RESIZES, past.grown(), name.executor(), "up");
    readings.add(Metric.EXECUTOR_RESIZES, past.shrunk(), name.executor(), "down");
    readings.add(
        Metric.EXECUTOR_STARVED_TIME, past.starvedNanos() / 1e9, name.executor(), name.type());
  }

  private static void tasks(Readings readings, TaskLedger.Site site, TaskLedger.Tasks tasks) {
    String name = site.executor();
    String place = Measurements.label(site.site());
    distribution(readings, Metric.EXECUTOR_QUEUE_WAIT_DURATION, tasks.waits(), name, place);
    distribution(readings, Metric.EXECUTOR_TASK_RUN_DURATION, tasks.runs(), name, place);
    for (double share : QUANTILES) {
      Double nanos = tasks.waits().quantile(share);
      if (nanos != null) {
        readings.add(
            Metric.EXECUTOR_QUEUE_WAIT_QUANTILE, nanos / 1e9, name, place, String.valueOf(share));
      }
    }
  }

  private static void distribution(
      Readings readings, Metric metric, TaskLedger.Distribution of, String name, String place) {
    long[] counts = new long[BOUNDS.size() + 1];
    double sum = 0;
    for (int cell = 0; cell < of.cells().length; cell++) {
      long weight = of.cells()[cell];
      if (weight > 0) {
        double middle = (TaskSamples.floor(cell) + TaskSamples.floor(cell + 1)) / 2e9;
        int bucket = 0;
        while (bucket < BOUNDS.size() && middle > BOUNDS.get(bucket)) {
          bucket++;
        }
        counts[bucket] += weight;
        sum += middle * weight;
      }
    }
    readings.add(metric, counts, sum, BOUNDS, name, place);
  }
}
