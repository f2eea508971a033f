package dev.unpark.agent.sample;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which executor's queue the task stands that has to be run before a future is done.
 *
 * <p>Built when first asked, by one pass over all queues. A future whose task stands in two queues
 * is served by whichever comes first, so nothing is said of it.
 *
 * <p><b>Threading:</b> the sampler's thread alone; made anew for each look. <b>When full:</b> at
 * most {@value #MOST_OBJECTS} futures are known; those beyond stay unknown.
 */
final class TaskIndex {
  private static final int MOST_OBJECTS = 100_000;
  private static final String NOBODY = "";

  private final List<Pool> pools;
  private final Completions completions;
  private @Nullable Map<Object, String> executors;

  TaskIndex(List<Pool> pools, Completions completions) {
    this.pools = pools;
    this.completions = completions;
  }

  /** The executor, or null when the task is queued nowhere, or in more than one place. */
  @Nullable String executorOf(Object future) {
    Map<Object, String> known = executors;
    if (known == null) {
      known = build();
      executors = known;
    }
    String executor = known.get(future);
    return executor == null || executor.equals(NOBODY) ? null : executor;
  }

  private Map<Object, String> build() {
    Map<Object, String> index = new IdentityHashMap<>();
    for (Pool pool : pools) {
      if (pool.state().queued() > 0) {
        Map<Object, Boolean> ended = new IdentityHashMap<>();
        for (Object task : pool.tasks().get()) {
          if (index.size() + ended.size() < MOST_OBJECTS) {
            completions.endedBy(task, ended);
          }
        }
        ended
            .keySet()
            .forEach(
                future ->
                    index.merge(
                        future,
                        pool.state().id(),
                        (one, other) -> one.equals(other) ? one : NOBODY));
      }
    }
    return index;
  }
}
