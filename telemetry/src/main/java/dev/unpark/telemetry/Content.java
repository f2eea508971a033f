package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.VirtualScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an observation holds, by identity and in order of it, so that two of them can be compared
 * and both ends of the wire see the same order whatever order the JVM listed its threads in.
 */
record Content(
    TreeMap<Long, ObservedThread> threads,
    TreeMap<String, Resource> resources,
    TreeMap<String, ExecutorState> executors,
    TreeMap<LockSite, LockActivity> locks,
    TreeMap<String, QueueState> queues,
    TreeMap<What, Occurrence> occurrences,
    @Nullable VirtualScheduler scheduler,
    List<String> limits) {

  /** What occurrences are counted by. */
  record What(Occurrence.Kind kind, String subject) implements Comparable<What> {
    static What of(Occurrence occurrence) {
      return new What(occurrence.kind(), occurrence.subject());
    }

    @Override
    public int compareTo(What other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : subject.compareTo(other.subject);
    }
  }

  static Content empty() {
    return empty(null, List.of());
  }

  private static Content empty(@Nullable VirtualScheduler scheduler, List<String> limits) {
    return new Content(
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        scheduler,
        limits);
  }

  /** A copy that can be changed without changing this one. */
  Content copy() {
    return new Content(
        new TreeMap<>(threads),
        new TreeMap<>(resources),
        new TreeMap<>(executors),
        new TreeMap<>(locks),
        new TreeMap<>(queues),
        new TreeMap<>(occurrences),
        scheduler,
        limits);
  }

  /**
   * The content of an observation, cut to what the receiving end accepts. A cut is told as a limit
   * of the observation. It cannot make a wrong proof: a thread that is missing counts as one that
   * may go on.
   */
  static Content of(Observation observation) {
    List<String> limits = new ArrayList<>(observation.limits());
    Content content = empty(observation.scheduler(), limits);
    fill(
        content.threads,
        "threads",
        observation.threads(),
        ObservedThread::id,
        Wire.MAX_THREADS,
        limits);
    fill(
        content.resources,
        "resources",
        observation.resources(),
        Resource::id,
        Wire.MAX_RESOURCES,
        limits);
    forgetOwnersBeyond(Wire.MAX_MEMBERS / 2, content.resources, limits);
    fill(
        content.executors,
        "executors",
        observation.executors(),
        ExecutorState::id,
        Wire.MAX_EXECUTORS,
        limits);
    fill(content.queues, "queues", observation.queues(), QueueState::id, Wire.MAX_QUEUES, limits);
    fill(
        content.occurrences,
        "occurrences",
        observation.occurrences(),
        What::of,
        Wire.MAX_OCCURRENCES,
        limits);
    for (LockActivity activity : observation.lockActivity()) {
      if (content.locks.size() < Wire.MAX_LOCKS) {
        content.locks.merge(LockSite.of(activity), activity, LockSite::sum);
      }
    }
    return content;
  }

  /** A resource with only some of its owners would look as if these alone could let it go. */
  private static void forgetOwnersBeyond(
      int most, TreeMap<String, Resource> resources, List<String> limits) {
    int owners = 0;
    int forgotten = 0;
    for (Map.Entry<String, Resource> entry : resources.entrySet()) {
      Resource resource = entry.getValue();
      int its = owners(resource.release());
      if (owners + its > most) {
        entry.setValue(
            new Resource(
                resource.id(),
                resource.kind(),
                resource.className(),
                resource.site(),
                new Release.Unknown()));
        forgotten++;
      } else {
        owners += its;
      }
    }
    if (forgotten > 0) {
      limits.add("the owners of %d resources were not sent, being too many".formatted(forgotten));
    }
  }

  private static int owners(Release release) {
    if (release instanceof Release.AllOf all) {
      return all.threads().size();
    }
    if (release instanceof Release.AnyOf any) {
      return any.threads().size();
    }
    return release instanceof Release.Believed believed ? believed.threads().size() : 0;
  }

  private static <K, V> void fill(
      TreeMap<K, V> into,
      String what,
      List<V> from,
      Function<V, K> key,
      int most,
      List<String> limits) {
    for (V value : from.size() > most ? from.subList(0, most) : from) {
      into.put(key.apply(value), value);
    }
    if (from.size() > most) {
      limits.add("only %d of %d %s were sent".formatted(most, from.size(), what));
    }
  }
}
