package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.ExecutorHandle;
import dev.unpark.agent.bootstrap.ExecutorTable;
import dev.unpark.diagnosis.model.Frames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Finds the executors of this JVM, and has them read without taking their locks.
 *
 * <p>They are known from the creation hook, and from their workers' threads: a pool that was made
 * before the hook was woven shows up as soon as it has a thread. The scheduler of virtual threads
 * is none of them.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> pools beyond {@value
 * #MOST_POOLS} are not looked at and {@link #unseen} says so.
 */
final class PoolReader {
  private static final int MOST_POOLS = 1_000;

  private final ThreadPools threadPools = new ThreadPools();
  private final ForkJoinPools forkJoinPools = new ForkJoinPools();
  private final ThreadPoolShape.Reader shapes = new ThreadPoolShape.Reader();
  private final Map<String, String> sites = new HashMap<>();
  private int unseen;

  /** Reads every known pool. */
  List<Pool> read(Collection<Thread> threads, Instant now) {
    Map<Object, Boolean> executors = new IdentityHashMap<>();
    for (int row = 0; row < ExecutorTable.CAPACITY; row++) {
      ExecutorHandle handle = ExecutorTable.handle(row);
      Object executor = handle == null ? null : handle.get();
      if (handle != null && executor != null && isKnown(executor)) {
        rememberSite(Names.id(executor), handle);
        executors.put(executor, true);
      }
    }
    for (Thread thread : threads) {
      Object pool = ForkJoinPools.poolOf(thread);
      Object executor = pool == null ? shapes.poolOf(Targets.of(thread)) : pool;
      if (executor != null && !VirtualThreads.isCarrier(thread)) {
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

  /*
   * The creation hook tells of every AbstractExecutorService, also of those that are no pools, are
   * pools of their own kind, or are still being made.
   */
  private boolean isKnown(Object executor) {
    if (executor instanceof ForkJoinPool) {
      return !VirtualThreads.isScheduler(executor);
    }
    ThreadPoolShape shape = shapes.of(executor);
    return shape != null && shape.workQueue().of(executor) != null;
  }

  private @Nullable Pool read(Object executor, Instant now) {
    String site = sites.getOrDefault(Names.id(executor), "");
    if (executor instanceof ForkJoinPool) {
      return forkJoinPools.read(executor, site);
    }
    ThreadPoolShape shape = shapes.of(executor);
    return shape == null ? null : threadPools.read(executor, shape, site, now);
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

  private void forgetGone(List<Pool> pools) {
    Set<String> present = new HashSet<>();
    pools.forEach(pool -> present.add(pool.state().id()));
    sites.keySet().retainAll(present);
    threadPools.forgetAllBut(present);
  }
}
