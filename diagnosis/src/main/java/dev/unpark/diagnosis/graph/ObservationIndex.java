package dev.unpark.diagnosis.graph;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One observation, to be looked up by id. Immutable once made. */
public final class ObservationIndex {
  private final Map<Long, ObservedThread> threads;
  private final Map<String, Resource> resources;
  private final Map<String, ExecutorState> executors = new HashMap<>();
  private final Map<Set<Long>, ExecutorState> executorsByWorkers = new HashMap<>();
  private final Map<Long, List<Resource>> held = new HashMap<>();

  public ObservationIndex(Observation observation) {
    threads = new HashMap<>(roomFor(observation.threads()));
    resources = new HashMap<>(roomFor(observation.resources()));
    observation.threads().forEach(thread -> threads.put(thread.id(), thread));
    for (ExecutorState executor : observation.executors()) {
      executors.put(executor.id(), executor);
      if (executor.queued() > 0 && !executor.workers().isEmpty()) {
        executorsByWorkers.put(new HashSet<>(executor.workers()), executor);
      }
    }
    for (Resource resource : observation.resources()) {
      resources.put(resource.id(), resource);
      for (long holder : holders(resource.release())) {
        held.computeIfAbsent(holder, id -> new ArrayList<>()).add(resource);
      }
    }
  }

  /** The capacity at which a map of that many has no need to grow. */
  private static int roomFor(List<?> entries) {
    return entries.size() * 4 / 3 + 1;
  }

  /** The thread of that id, or null when it was not seen. */
  public @Nullable ObservedThread thread(long id) {
    return threads.get(id);
  }

  /** The resource of that id, or null when it was not seen. */
  public @Nullable Resource resource(String id) {
    return resources.get(id);
  }

  /** The executor of that id, or null when it was not seen. */
  public @Nullable ExecutorState executor(String id) {
    return executors.get(id);
  }

  /** The executor in whose queue something stands and whose workers are these, or null. */
  @Nullable ExecutorState executorOf(Set<Long> workers) {
    return executorsByWorkers.get(workers);
  }

  /** What a thread waits for, or null when it waits for nothing that was seen. */
  public @Nullable Resource waitedFor(ObservedThread thread) {
    Wait wait = thread.currentWait();
    return wait == null ? null : resources.get(wait.resource());
  }

  /**
   * Whether a thread waits for what another thread or a pool has or must do, rather than for work
   * or for a time to pass.
   */
  public boolean waitsForAnother(ObservedThread thread) {
    Resource wanted = waitedFor(thread);
    return wanted != null
        && (!(wanted.release() instanceof Release.Unknown)
            || wanted.kind().isLock()
            || wanted.kind() == ResourceKind.SEMAPHORE
            || wanted.kind() == ResourceKind.CONNECTION_POOL);
  }

  /** What a thread holds. */
  public List<Resource> heldBy(long thread) {
    return held.getOrDefault(thread, List.of());
  }

  /**
   * The threads that hold a resource with such a release, as far as they are known. Whoever is only
   * {@linkplain Release.Believed believed} to hold it is not among them.
   */
  public static Set<Long> holders(Release release) {
    if (release instanceof Release.AllOf all) {
      return all.threads();
    }
    return release instanceof Release.AnyOf any ? any.threads() : Set.of();
  }
}
