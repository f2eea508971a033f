package dev.unpark.diagnosis.model;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One look at one JVM.
 *
 * @param jvm which JVM
 * @param time when the look was taken
 * @param threads its threads, each id once
 * @param resources what they wait for or hold, each id once
 * @param executors its executors, each id once
 * @param lockActivity counts per lock site
 * @param limits what this source could not see and how to see it, one sentence each
 * @param queues its blocking queues, as far as they were seen, each id once
 * @param scheduler its scheduler of virtual threads, or null when it has none or nothing is known
 * @param occurrences what has happened that keeps no thread waiting, each kind and subject once
 */
public record Observation(
    JvmIdentity jvm,
    Instant time,
    List<ObservedThread> threads,
    List<Resource> resources,
    List<ExecutorState> executors,
    List<LockActivity> lockActivity,
    List<String> limits,
    List<QueueState> queues,
    @Nullable VirtualScheduler scheduler,
    List<Occurrence> occurrences) {
  public Observation {
    Objects.requireNonNull(jvm);
    Objects.requireNonNull(time);
    threads = unique("thread", threads, ObservedThread::id);
    resources = unique("resource", resources, Resource::id);
    executors = unique("executor", executors, ExecutorState::id);
    lockActivity = List.copyOf(lockActivity);
    limits = List.copyOf(limits);
    queues = unique("queue", queues, QueueState::id);
    occurrences =
        unique("occurrence", occurrences, occurrence -> occurrence.kind() + occurrence.subject());
  }

  /** An observation of a source that counts nothing that keeps no thread waiting. */
  public Observation(
      JvmIdentity jvm,
      Instant time,
      List<ObservedThread> threads,
      List<Resource> resources,
      List<ExecutorState> executors,
      List<LockActivity> lockActivity,
      List<String> limits,
      List<QueueState> queues,
      @Nullable VirtualScheduler scheduler) {
    this(
        jvm,
        time,
        threads,
        resources,
        executors,
        lockActivity,
        limits,
        queues,
        scheduler,
        List.of());
  }

  /** An observation of a source that sees neither queues nor the scheduler of virtual threads. */
  public Observation(
      JvmIdentity jvm,
      Instant time,
      List<ObservedThread> threads,
      List<Resource> resources,
      List<ExecutorState> executors,
      List<LockActivity> lockActivity,
      List<String> limits) {
    this(jvm, time, threads, resources, executors, lockActivity, limits, List.of(), null);
  }

  private static <T> List<T> unique(String what, List<T> list, Function<T, Object> id) {
    List<T> copy = List.copyOf(list);
    Set<Object> seen = new HashSet<>();
    for (T element : copy) {
      if (!seen.add(id.apply(element))) {
        throw new IllegalArgumentException(
            "%s '%s' stands twice in one observation".formatted(what, id.apply(element)));
      }
    }
    return copy;
  }
}
