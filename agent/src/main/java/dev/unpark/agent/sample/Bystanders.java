package dev.unpark.agent.sample;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has at hand what others wait for, apart from the tasks in the queues of those: a thread that
 * was started with it, or a task that another pool will run in its time. They may end the wait too.
 *
 * <p>What stands only on a thread's stack, or in a static field, is not seen.
 *
 * <p><b>Threading:</b> the sampler's thread alone; made anew for each look. <b>When full:</b> of at
 * most {@value #MOST_THREADS} threads at most {@value #MOST_OBJECTS} objects each are looked at,
 * and so of at most {@value #MOST_TASKS} tasks.
 */
final class Bystanders {
  private static final int MOST_THREADS = 2_000;
  private static final int MOST_TASKS = 2_000;
  private static final int MOST_OBJECTS = 200;
  private static final int DEPTH = 4;

  private final Scene scene;
  private final Map<Object, Set<Thread>> having = new IdentityHashMap<>();

  /**
   * @param wanted what is waited for
   */
  Bystanders(Reach reach, List<Thread> threads, Scene scene, Set<Object> wanted) {
    this.scene = scene;
    if (wanted.isEmpty()) {
      return;
    }
    for (Thread thread : threads.subList(0, Math.min(MOST_THREADS, threads.size()))) {
      for (Object root : Targets.roots(thread)) {
        look(root, Set.of(thread), wanted, reach);
      }
    }
    int tasks = 0;
    for (Pool pool : scene.pools()) {
      if (pool.state().queued() == 0 || pool.threads().isEmpty()) {
        continue;
      }
      Set<Thread> workers = Set.copyOf(pool.threads());
      for (Object task : pool.tasks().get()) {
        if (tasks++ >= MOST_TASKS) {
          return;
        }
        look(task, workers, wanted, reach);
      }
    }
  }

  private void look(Object root, Set<Thread> threads, Set<Object> wanted, Reach reach) {
    reach.walk(
        root,
        DEPTH,
        MOST_OBJECTS,
        (object, depth) -> {
          if (wanted.contains(object)) {
            having
                .computeIfAbsent(object, o -> Collections.newSetFromMap(new IdentityHashMap<>()))
                .addAll(threads);
          }
          return depth > 0 && Outcomes.isBorder(object) ? Reach.Next.NO_DEEPER : Reach.Next.DEEPER;
        });
  }

  /** Those who have it at hand, and do not wait for it themselves. */
  List<Thread> with(@Nullable Object blocker, String resource) {
    return having.getOrDefault(blocker, Set.of()).stream()
        .filter(thread -> !waitsFor(thread, resource))
        .toList();
  }

  private boolean waitsFor(Thread thread, String resource) {
    Seen seen = scene.thread(ThreadIds.of(thread));
    return seen != null && resource.equals(seen.resource);
  }
}
