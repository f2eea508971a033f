package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.ExecutorHandle;
import dev.unpark.agent.bootstrap.ExecutorTable;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads executors that are made like {@code ThreadPoolExecutor}, without taking their locks.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class ThreadPools {
  private static final int MOST_WORKERS = 10_000;

  /** The lower bits of a pool's control word count its workers. */
  private static final int WORKER_COUNT_MASK = (1 << (Integer.SIZE - 3)) - 1;

  private static final Peek LOCK_OF_WORKER = Peek.at(AbstractQueuedSynchronizer.class, "state");

  private final QueueReader queues = new QueueReader();
  private final Map<String, Head> heads = new HashMap<>();

  /** The task at the head of a queue, and since when it was seen there. */
  private record Head(WeakReference<Object> task, Instant since) {}

  /** Reads that pool; null when its fields are not what they should be. */
  @Nullable Pool read(Object executor, ThreadPoolShape shape, String site, Instant now) {
    Object queue = shape.workQueue().of(executor);
    if (queue == null || !(shape.control().of(executor) instanceof AtomicInteger word)) {
      return null;
    }
    List<Thread> threads = new ArrayList<>();
    int active = 0;
    long completed = shape.completedTasks().number(executor);
    for (Object worker : workersOf(shape.workers().of(executor))) {
      if (shape.threadOfWorker().of(worker) instanceof Thread thread) {
        threads.add(thread);
        active += LOCK_OF_WORKER.number(worker) > 0 ? 1 : 0;
        completed += shape.completedByWorker().number(worker);
      }
    }
    int poolSize = word.get() & WORKER_COUNT_MASK;
    int queued = queues.size(queue);
    int coreSize = (int) shape.core().number(executor);
    int limit = (int) shape.maximum().number(executor);
    String id = Names.id(executor);
    ExecutorHandle handle = ExecutorTable.find(executor);
    ExecutorState state =
        new ExecutorState(
            id,
            threads.isEmpty() ? "" : Frames.namePattern(threads.get(0).getName()),
            executor.getClass().getName(),
            site,
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
    return new Pool(executor, queue, () -> queues.tasks(queue), state, threads);
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
  private static List<Object> workersOf(@Nullable Object workers) {
    if (!(workers instanceof Set<?> set)) {
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

  /** Forgets the heads of pools that are gone. */
  void forgetAllBut(Set<String> present) {
    heads.keySet().retainAll(present);
  }
}
