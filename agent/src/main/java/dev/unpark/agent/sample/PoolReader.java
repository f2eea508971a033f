package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.ExecutorHandle;
import dev.unpark.agent.bootstrap.ExecutorTable;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code ThreadPoolExecutor}s of this JVM without taking their locks.
 *
 * <p>They are known from the creation hook, and from their workers' threads: a pool that was made
 * before the hook was woven shows up as soon as it has a thread.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> pools beyond {@value
 * #MOST_POOLS} are not looked at and {@link #unseen} says so.
 */
final class PoolReader {
  private static final int MOST_POOLS = 1_000;
  private static final int MOST_WORKERS = 10_000;

  /** The lower bits of a pool's control word count its workers. */
  private static final int WORKER_COUNT_MASK = (1 << (Integer.SIZE - 3)) - 1;

  private static final String WORKER = ThreadPoolExecutor.class.getName() + "$Worker";

  private final Peek control = Peek.at(ThreadPoolExecutor.class, "ctl");
  private final Peek workers = Peek.at(ThreadPoolExecutor.class, "workers");
  private final Peek workQueue = Peek.at(ThreadPoolExecutor.class, "workQueue");
  private final Peek completedTasks = Peek.at(ThreadPoolExecutor.class, "completedTaskCount");
  private final Peek core = Peek.at(ThreadPoolExecutor.class, "corePoolSize");
  private final Peek maximum = Peek.at(ThreadPoolExecutor.class, "maximumPoolSize");
  private final Peek poolOfWorker = Peek.at(WORKER, "this$0");
  private final Peek threadOfWorker = Peek.at(WORKER, "thread");
  private final Peek completedByWorker = Peek.at(WORKER, "completedTasks");
  private final Peek lockOfWorker = Peek.at(AbstractQueuedSynchronizer.class, "state");
  private final Peek targetOn17 = Peek.at(Thread.class, "target");
  private final Peek holder = Peek.at(Thread.class, "holder");
  private final Peek targetOnLater = Peek.at("java.lang.Thread$FieldHolder", "task");

  private final QueueReader queues = new QueueReader();
  private final Map<String, String> sites = new HashMap<>();
  private final Map<String, Head> heads = new HashMap<>();
  private int unseen;

  /** The task at the head of a queue, and since when it was seen there. */
  private record Head(WeakReference<Object> task, Instant since) {}

  /** One pool as it was seen, with what the observation does not carry. */
  record Pool(Object executor, Object queue, ExecutorState state, List<Thread> threads) {}

  /** Reads every known pool. */
  List<Pool> read(Collection<Thread> threads, Instant now) {
    Map<Object, Boolean> executors = new IdentityHashMap<>();
    for (int row = 0; row < ExecutorTable.CAPACITY; row++) {
      ExecutorHandle handle = ExecutorTable.handle(row);
      Object executor = handle == null ? null : handle.get();
      if (handle != null && executor != null) {
        rememberSite(Names.id(executor), handle);
        executors.put(executor, true);
      }
    }
    for (Thread thread : threads) {
      Object executor = poolOfWorker.of(target(thread));
      if (executor != null) {
        executors.put(executor, true);
      }
    }
    List<Pool> pools = new ArrayList<>();
    unseen = 0;
    for (Object executor : executors.keySet()) {
      if (executor.getClass().getClassLoader() == PoolReader.class.getClassLoader()) {
        continue;
      }
      Pool pool = pools.size() < MOST_POOLS ? read(executor, now) : null;
      if (pool == null) {
        unseen++;
      } else {
        pools.add(pool);
      }
    }
    forgetGone(pools);
    return pools;
  }

  /** Pools that could not be read at the last look. */
  int unseen() {
    return unseen;
  }

  /**
   * The pool in whose queue that task stands, or null: also when two pools share the queue, since
   * either could run it.
   */
  @Nullable String executorWithQueued(Object task, List<Pool> pools) {
    Pool found = null;
    for (Pool pool : pools) {
      if (pool.state().queued() > 0) {
        for (Object queued : queues.tasks(pool.queue())) {
          if (queued == task && found != null) {
            return null;
          }
          if (queued == task) {
            found = pool;
            break;
          }
        }
      }
    }
    return found == null ? null : found.state().id();
  }

  private @Nullable Object target(Thread thread) {
    return targetOn17.missing() ? targetOnLater.of(holder.of(thread)) : targetOn17.of(thread);
  }

  private void rememberSite(String id, ExecutorHandle handle) {
    Throwable creation = handle.takeCreation();
    if (creation == null) {
      return;
    }
    List<String> stack = new ArrayList<>();
    for (StackTraceElement element : creation.getStackTrace()) {
      if (!element.getClassName().startsWith("dev.unpark.agent.")) {
        stack.add(Stacks.frame(element));
      }
    }
    sites.put(id, Frames.ownFrame(stack));
  }

  private @Nullable Pool read(Object executor, Instant now) {
    Object queue = workQueue.of(executor);
    if (queue == null || !(control.of(executor) instanceof AtomicInteger word)) {
      return null;
    }
    List<Thread> threads = new ArrayList<>();
    int active = 0;
    long completed = completedTasks.number(executor);
    for (Object worker : workersOf(executor)) {
      if (threadOfWorker.of(worker) instanceof Thread thread) {
        threads.add(thread);
        active += lockOfWorker.number(worker) > 0 ? 1 : 0;
        completed += completedByWorker.number(worker);
      }
    }
    int poolSize = word.get() & WORKER_COUNT_MASK;
    int queued = queues.size(queue);
    int coreSize = (int) core.number(executor);
    int limit = (int) maximum.number(executor);
    String id = Names.id(executor);
    ExecutorHandle handle = ExecutorTable.find(executor);
    ExecutorState state =
        new ExecutorState(
            id,
            threads.isEmpty() ? "" : Frames.namePattern(threads.get(0).getName()),
            executor.getClass().getName(),
            sites.getOrDefault(id, ""),
            threads.stream().map(ThreadIds::of).distinct().toList(),
            mayGrow(poolSize, threads.size(), coreSize, limit, queue),
            coreSize,
            limit,
            active,
            Math.max(0, queued),
            queues.capacity(queue),
            completed,
            handle == null ? 0 : handle.rejections(),
            oldest(id, queue, now));
    return new Pool(executor, queue, state, threads);
  }

  /*
   * Proof rests on this, so it says false only where no submission can ever start another thread:
   * the pool is at its maximum; or it has its core threads and a queue that takes every task. A
   * bounded queue with room below the maximum does not count: one submission more may fill it. And
   * if the racy read of the workers did not find as many as the pool counts, one of those missing
   * might be free.
   */
  private boolean mayGrow(int poolSize, int found, int coreSize, int limit, Object queue) {
    if (found != poolSize) {
      return true;
    }
    return !(poolSize >= limit || poolSize >= coreSize && queues.neverRefuses(queue));
  }

  /** How long the task at the head has been seen there: it is at least that old. */
  private @Nullable Duration oldest(String id, Object queue, Instant now) {
    Object task = queues.head(queue);
    if (task == null) {
      heads.remove(id);
      return null;
    }
    Head known = heads.get(id);
    if (known == null || !known.task().refersTo(task)) {
      heads.put(id, new Head(new WeakReference<>(task), now));
      return Duration.ZERO;
    }
    return Duration.between(known.since(), now);
  }

  /*
   * The set of workers is guarded by the pool's main lock, which we must not take. Iterating it
   * beside a change may throw, skip or repeat an element; it is tried three times, and mayGrow
   * notices what is missing.
   */
  private List<Object> workersOf(Object executor) {
    if (!(workers.of(executor) instanceof Set<?> set)) {
      return List.of();
    }
    List<Object> copy = new ArrayList<>();
    for (int attempt = 0; attempt < 3; attempt++) {
      copy.clear();
      try {
        Iterator<?> iterator = set.iterator();
        while (iterator.hasNext() && copy.size() < MOST_WORKERS) {
          copy.add(iterator.next());
        }
        return copy;
      } catch (ConcurrentModificationException | NoSuchElementException changed) {
        // Once more.
      }
    }
    return copy;
  }

  private void forgetGone(List<Pool> pools) {
    Set<String> present = new java.util.HashSet<>();
    pools.forEach(pool -> present.add(pool.state().id()));
    sites.keySet().retainAll(present);
    heads.keySet().retainAll(present);
  }
}
