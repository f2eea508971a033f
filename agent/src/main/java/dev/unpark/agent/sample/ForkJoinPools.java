package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.VirtualScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code ForkJoinPool}s, the common one too, by their fields.
 *
 * <pre>
 *   ctl       released workers (16 bits) | all workers (16 bits) | ...   JDK 17: both less the parallelism
 *   queues    submissions and workers' own, each a ring: array, base, top, owner
 * </pre>
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> at most {@value #MOST_TASKS}
 * tasks of one pool are looked at.
 */
final class ForkJoinPools {
  private static final int MOST_TASKS = 10_000;
  private static final int PARALLELISM_MASK = 0xffff;
  private static final int TOTAL_SHIFT = 32;
  private static final String QUEUE = ForkJoinPool.class.getName() + "$WorkQueue";
  private static final Peek CONTROL = Peek.at(ForkJoinPool.class, "ctl");
  private static final Peek QUEUES = Peek.at(ForkJoinPool.class, "queues");
  private static final Peek PARALLELISM = Peek.at(ForkJoinPool.class, "parallelism");
  private static final Peek MODE_ON_17 = Peek.at(ForkJoinPool.class, "mode");
  private static final Peek STEALS = Peek.at(ForkJoinPool.class, "stealCount");
  private static final Peek COMMON = Peek.at(ForkJoinPool.class, "common");
  private static final String RUNNING = "they run the tasks of its pool";
  private static final Peek POOL = Peek.at(ForkJoinWorkerThread.class, "pool");
  private static final Peek ARRAY = Peek.at(QUEUE, "array");
  private static final Peek BASE = Peek.at(QUEUE, "base");
  private static final Peek TOP = Peek.at(QUEUE, "top");
  private static final Peek OWNER = Peek.at(QUEUE, "owner");
  private static final Peek STOLEN = Peek.at(QUEUE, "nsteals");

  /** One pool's queues, as they stand. */
  private record Content(List<Thread> workers, int queued, long steals) {}

  /** The pool that this thread works for, or null. */
  static @Nullable Object poolOf(Thread thread) {
    return POOL.of(thread);
  }

  /**
   * Who may complete a task that is queued nowhere and not done: whoever runs anything for the pool
   * of that thread, for one of its parts is being run. A thread from outside that helps is not
   * seen.
   */
  static Releases.Holder runners(Thread waiter) {
    Object own = poolOf(waiter);
    Object pool = own == null ? COMMON.of(null) : own;
    List<Thread> runners = new ArrayList<>();
    for (Thread worker : pool == null ? List.<Thread>of() : content(pool).workers()) {
      if (worker != waiter && LockSupport.getBlocker(worker) != pool) {
        runners.add(worker);
      }
    }
    return runners.isEmpty()
        ? Releases.Holder.UNKNOWN
        : new Releases.Holder(
            new Release.Believed(
                runners.stream().map(ThreadIds::of).collect(Collectors.toSet()), RUNNING),
            runners);
  }

  /** Reads that pool; null when it is none, or this JDK's look different. */
  @Nullable Pool read(Object executor, String site) {
    if (!(executor instanceof ForkJoinPool) || CONTROL.missing() || QUEUES.missing()) {
      return null;
    }
    Content content = content(executor);
    int parallelism = parallelism(executor);
    List<Thread> workers = content.workers();
    int active = 0;
    for (Thread worker : workers) {
      active += LockSupport.getBlocker(worker) == executor ? 0 : 1;
    }
    ExecutorState state =
        new ExecutorState(
            Names.id(executor),
            workers.isEmpty() ? "" : Frames.namePattern(workers.get(0).getName()),
            executor.getClass().getName(),
            site,
            workers.stream().map(ThreadIds::of).distinct().toList(),
            mayGrow(executor, parallelism, workers.size()),
            parallelism,
            parallelism,
            active,
            content.queued(),
            ExecutorState.UNBOUNDED,
            content.steals(),
            0,
            null);
    return new Pool(executor, executor, () -> tasks(executor), state, workers);
  }

  /**
   * How the scheduler of virtual threads stands.
   *
   * @param mounted carriers that run a virtual thread
   */
  static VirtualScheduler scheduler(Object pool, int mounted) {
    Content content = content(pool);
    return new VirtualScheduler(
        parallelism(pool), content.workers().size(), mounted, content.queued());
  }

  private static int parallelism(Object pool) {
    return PARALLELISM.missing()
        ? (int) MODE_ON_17.number(pool) & PARALLELISM_MASK
        : (int) PARALLELISM.number(pool);
  }

  /*
   * A pool starts another worker when a task comes in while it has fewer than its parallelism and
   * none is idle, or when a worker begins to wait in a way that it knows of and compensates. So: all
   * workers are there, none is idle, and, as the graph finds out, every one of them is stuck; then
   * no task that is queued now will ever be run. The lower half of the control word is the stack of
   * the idle.
   */
  private static boolean mayGrow(Object pool, int parallelism, int found) {
    long control = CONTROL.number(pool);
    int all = (short) (control >>> TOTAL_SHIFT) + (PARALLELISM.missing() ? parallelism : 0);
    return found != all || all < parallelism || (int) control != 0;
  }

  private static Content content(Object pool) {
    List<Thread> workers = new ArrayList<>();
    int queued = 0;
    long steals = STEALS.number(pool);
    if (QUEUES.of(pool) instanceof Object[] queues) {
      for (Object queue : queues) {
        if (queue != null) {
          queued += Math.max(0, (int) TOP.number(queue) - (int) BASE.number(queue));
          if (OWNER.of(queue) instanceof Thread owner) {
            workers.add(owner);
            steals += STOLEN.number(queue) & Integer.MAX_VALUE;
          }
        }
      }
    }
    return new Content(workers, queued, steals);
  }

  private static List<Object> tasks(Object pool) {
    List<Object> tasks = new ArrayList<>();
    if (QUEUES.of(pool) instanceof Object[] queues) {
      for (Object queue : queues) {
        if (queue != null && ARRAY.of(queue) instanceof Object[] ring) {
          for (int i = (int) BASE.number(queue), top = (int) TOP.number(queue), steps = 0;
              top - i > 0 && tasks.size() < MOST_TASKS && steps < ring.length;
              i++, steps++) {
            Object task = ring[i & (ring.length - 1)];
            if (task != null) {
              tasks.add(task);
            }
          }
        }
      }
    }
    return tasks;
  }
}
