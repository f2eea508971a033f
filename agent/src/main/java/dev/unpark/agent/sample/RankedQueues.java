package dev.unpark.agent.sample;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.PriorityBlockingQueue;

/**
 * How long tasks have stood in queues that give out the most urgent one first: the one that is
 * next, and the one that has stood there longest, over which others may have been preferred all the
 * time.
 *
 * <p>What is urgent is the application's to say, by a comparator that is never called here. But the
 * queue keeps the most urgent task in front, and the rest can be told apart by identity: each is as
 * old as the first look that met it.
 *
 * <p><b>Threading:</b> the sampler's thread looks, any thread reads. <b>When full:</b> of a queue
 * the first {@value #MOST_TASKS} places are looked at, of a JVM {@value #MOST_QUEUES} queues.
 */
public final class RankedQueues {
  private static final int MOST_QUEUES = 50;
  private static final int MOST_TASKS = 1_000;

  private Map<String, List<Seen>> seen = new HashMap<>();
  private volatile Map<PoolHistory.Name, Ages> ages = Map.of();

  private record Seen(WeakReference<Object> task, Instant since) {}

  /**
   * Of the queues of all executors of one name.
   *
   * @param next of the task that is to run next
   * @param oldest of the task that has stood there longest
   */
  public record Ages(Duration next, Duration oldest) {
    private Ages longer(Ages other) {
      return new Ages(
          next.compareTo(other.next) > 0 ? next : other.next,
          oldest.compareTo(other.oldest) > 0 ? oldest : other.oldest);
    }
  }

  void look(List<Pool> pools, Instant now) {
    Map<String, List<Seen>> present = new HashMap<>();
    Map<PoolHistory.Name, Ages> told = new HashMap<>();
    for (Pool pool : pools) {
      if (pool.queue() instanceof PriorityBlockingQueue && present.size() < MOST_QUEUES) {
        List<Seen> tasks = tasksOf(pool, now);
        if (!tasks.isEmpty()) {
          present.put(pool.state().id(), tasks);
          told.merge(
              new PoolHistory.Name(pool.state().name(), pool.state().type()),
              agesOf(tasks, now),
              Ages::longer);
        }
      }
    }
    seen = present;
    ages = Map.copyOf(told);
  }

  /** What is queued, the next to run first, and since when. */
  private List<Seen> tasksOf(Pool pool, Instant now) {
    Map<Object, Seen> before = new IdentityHashMap<>();
    for (Seen one : seen.getOrDefault(pool.state().id(), List.of())) {
      Object task = one.task().get();
      if (task != null) {
        before.put(task, one);
      }
    }
    List<Object> queued = pool.tasks().get();
    List<Seen> tasks = new ArrayList<>();
    for (Object task : queued.subList(0, Math.min(MOST_TASKS, queued.size()))) {
      Seen known = before.get(task);
      tasks.add(known == null ? new Seen(new WeakReference<>(task), now) : known);
    }
    return tasks;
  }

  private static Ages agesOf(List<Seen> tasks, Instant now) {
    Instant first = now;
    for (Seen task : tasks) {
      first = task.since().isBefore(first) ? task.since() : first;
    }
    return new Ages(Duration.between(tasks.get(0).since(), now), Duration.between(first, now));
  }

  /** Every name whose queues are not empty. */
  public Map<PoolHistory.Name, Ages> ages() {
    return ages;
  }
}
