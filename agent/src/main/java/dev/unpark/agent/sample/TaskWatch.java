package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.TaskSamples;
import dev.unpark.diagnosis.model.ExecutorState;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose tasks are sampled: in turn, a look long at least, the executors that work.
 *
 * <p>An executor keeps its place until all its noted tasks have come out, or {@link
 * #PATIENCE_NANOS} have passed, so that long waits have the same chance to be seen as short ones.
 * The busiest have fewer turns: what a turn costs them is the comparison of each task.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class TaskWatch {
  /** Noted tasks per second that are enough. */
  private static final int ENOUGH = 4_000;

  /** Tasks per second from which an executor sits in one look of {@link #RARE} only. */
  private static final double BUSY = 50_000;

  private static final int RARE = 5;
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long STALE_NANOS = 400_000_000L;

  /** An executor whose tasks are one object is left alone for so many looks. */
  private static final int BAN = 120;

  private final TaskLedger ledger;
  private Map<String, Known> known = new HashMap<>();
  private @Nullable WeakReference<Object> sitter;
  private String lastId = "";
  private TaskLedger.@Nullable Site site;
  private boolean resting;
  private long restingSince;
  private long looks;
  private long lookedAt;

  /** What is known of an executor from the look before. */
  private static final class Known {
    long submitted;
    double rate;
    boolean works;
    long notBefore;
  }

  TaskWatch(TaskLedger ledger) {
    this.ledger = ledger;
  }

  /** Takes in what was sampled, and gives the place to the next. */
  void look(List<Pool> pools, long now) {
    looks++;
    List<Pool> samplable = pools.stream().filter(TaskWatch::isSamplable).toList();
    rates(samplable, now);
    drain(now);
    Pool seated = seated(samplable);
    if (seated == null) {
      leave();
    } else {
      forgetStale(seated, now);
      continueWith(seated, samplable, now);
    }
    if (sitter == null) {
      seatNext(samplable);
    }
  }

  /** Frees the place. */
  private void leave() {
    if (sitter != null) {
      TaskSamples.unseat();
      sitter = null;
      site = null;
      resting = false;
    }
  }

  /**
   * Those whose code is woven; of a scheduler, tasks do not pass {@code execute}. One without
   * threads may be forgotten by the application, and is not to be kept alive by us.
   */
  private static boolean isSamplable(Pool pool) {
    return !pool.threads().isEmpty()
        && pool.executor() instanceof ThreadPoolExecutor
        && !(pool.executor() instanceof ScheduledThreadPoolExecutor);
  }

  private void rates(List<Pool> pools, long now) {
    double seconds = lookedAt == 0 ? 0 : (now - lookedAt) / 1e9;
    lookedAt = now;
    Map<String, Known> next = new HashMap<>();
    for (Pool pool : pools) {
      ExecutorState state = pool.state();
      Known before = known.getOrDefault(state.id(), new Known());
      long submitted = state.completed() + state.active() + state.queued();
      before.rate = seconds > 0 ? Math.max(0, submitted - before.submitted) / seconds : 0;
      before.works = submitted != before.submitted || state.queued() > 0;
      before.submitted = submitted;
      next.put(state.id(), before);
    }
    known = next;
  }

  private void drain(long now) {
    TaskLedger.Site of = site;
    if (of != null) {
      TaskSamples.settle();
      ledger.takeIn(of, now);
    }
  }

  private @Nullable Pool seated(List<Pool> pools) {
    WeakReference<Object> reference = sitter;
    for (Pool pool : pools) {
      if (reference != null && reference.refersTo(pool.executor())) {
        return pool;
      }
    }
    return null;
  }

  private void continueWith(Pool seated, List<Pool> all, long now) {
    Known of = knownOf(seated);
    site = siteOf(seated);
    int outstanding = TaskSamples.outstanding();
    if (TaskSamples.shared()) {
      of.notBefore = looks + BAN;
      leave();
    } else if (resting) {
      if (outstanding == 0 || now - restingSince > PATIENCE_NANOS) {
        leave();
      }
    } else if (of.rate > BUSY
        || all.stream().anyMatch(other -> other != seated && mayCome(other))) {
      of.notBefore = looks + (of.rate > BUSY ? RARE : 0);
      TaskSamples.rest();
      resting = true;
      restingSince = now;
    } else {
      TaskSamples.pace(period(of), isInOrder(seated.queue()));
    }
  }

  private boolean mayCome(Pool pool) {
    Known of = knownOf(pool);
    return of.works && of.notBefore <= looks;
  }

  private Known knownOf(Pool pool) {
    return known.computeIfAbsent(pool.state().id(), id -> new Known());
  }

  private void seatNext(List<Pool> pools) {
    List<Pool> candidates = new ArrayList<>(pools.stream().filter(this::mayCome).toList());
    if (candidates.isEmpty()) {
      // Whoever is idle: it will not be for long, and its first tasks count too.
      pools.stream().filter(pool -> knownOf(pool).notBefore <= looks).forEach(candidates::add);
    }
    // In the order of their ids, beginning after the last one: everybody's turn comes.
    candidates.sort(Comparator.comparing(pool -> pool.state().id()));
    Pool first = candidates.isEmpty() ? null : candidates.get(0);
    Pool next =
        candidates.stream()
            .filter(pool -> pool.state().id().compareTo(lastId) > 0)
            .findFirst()
            .orElse(first);
    if (next != null) {
      lastId = next.state().id();
      sitter = new WeakReference<>(next.executor());
      site = siteOf(next);
      TaskSamples.seat(next.executor(), period(knownOf(next)), isInOrder(next.queue()));
    }
  }

  private static TaskLedger.Site siteOf(Pool pool) {
    return new TaskLedger.Site(pool.state().name(), pool.state().site());
  }

  private static int period(Known of) {
    return (int) Math.max(1, Math.ceil(of.rate / ENOUGH));
  }

  private static boolean isInOrder(Object queue) {
    return queue.getClass() == LinkedBlockingQueue.class
        || queue.getClass() == ArrayBlockingQueue.class;
  }

  /** Tasks that somebody took out of the queue by another way: removed, cancelled, rejected. */
  private static void forgetStale(Pool pool, long now) {
    Set<Object> queued = null;
    for (int slot = 0; slot < TaskSamples.CAPACITY; slot++) {
      Object task = TaskSamples.task(slot);
      if (task == null || now - TaskSamples.since(slot) < STALE_NANOS) {
        continue;
      }
      if (queued == null) {
        List<Object> tasks = pool.tasks().get();
        if (tasks.size() < pool.state().queued()) {
          return; // Too many to look at one by one.
        }
        queued = Collections.newSetFromMap(new IdentityHashMap<>());
        queued.addAll(tasks);
      }
      if (!queued.contains(task)) {
        TaskSamples.forget(slot, task);
      }
    }
  }
}
