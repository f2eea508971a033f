package dev.unpark.diagnosis.model;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One executor as it was seen.
 *
 * @param id names the instance; unique in the observation, the same in the next one
 * @param name the pattern of its threads' names, digits as {@code #}: {@code pricing-#}; empty when
 *     it has had no thread yet
 * @param type its class
 * @param site where it was made, {@code Class.method(File.java:12)}; empty when unknown
 * @param workers ids of its threads
 * @param mayGrow whether it may start another thread that would run what is queued now
 * @param core configured core size
 * @param limit configured maximum, or {@link #UNBOUNDED}
 * @param active workers that run a task
 * @param queued tasks in its queue
 * @param queueCapacity how many tasks its queue can hold, or {@link #UNBOUNDED}
 * @param completed tasks completed since it was made
 * @param rejected tasks rejected since it was made
 * @param oldestQueued age of the task at the head of the queue, or null when unknown
 */
public record ExecutorState(
    String id,
    String name,
    String type,
    String site,
    List<Long> workers,
    boolean mayGrow,
    int core,
    int limit,
    int active,
    int queued,
    int queueCapacity,
    long completed,
    long rejected,
    @Nullable Duration oldestQueued) {
  /** No limit that matters. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  public ExecutorState {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(site);
    workers = List.copyOf(workers);
    if (id.isEmpty()) {
      throw new IllegalArgumentException("an executor needs an id");
    }
  }
}
