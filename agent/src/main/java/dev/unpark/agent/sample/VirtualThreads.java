package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.VirtualScheduler;
import java.lang.ref.Reference;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the virtual threads of this JVM and looks at those that wait for something with an owner.
 *
 * <p>They are in no thread group and unknown to {@code ThreadMXBean}. The JDK keeps them in thread
 * containers: those started by themselves in the root container, those of an executor in its own.
 * Threads forked in a structured scope are seen only when a hook meets them.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> at most {@value #MOST_THREADS}
 * are looked at per tick; {@link #limited} says whether there were more.
 */
final class VirtualThreads {
  private static final int MOST_THREADS = 50_000;
  private static final int MOST_MOUNTED = 64;
  private static final @Nullable Class<?> BASE = baseClass();
  private static final Peek SCHEDULER = Peek.at("java.lang.VirtualThread", "DEFAULT_SCHEDULER");
  private static final Peek CARRIER = Peek.at("java.lang.VirtualThread", "carrierThread");

  private final Peek rootThreads =
      Peek.at("jdk.internal.vm.ThreadContainers$RootContainer$TrackingRootContainer", "VTHREADS");
  private final Peek containers = Peek.at("jdk.internal.vm.ThreadContainers", "CONTAINER_REGISTRY");
  private final @Nullable Method threadsOfContainer = threadsOfContainer();
  private boolean limited;
  private int mounted;

  /** Whether there has been one: only then may the scheduler be touched, which would start it. */
  private boolean seen;

  private static @Nullable Class<?> baseClass() {
    try {
      return Class.forName("java.lang.BaseVirtualThread", false, null);
    } catch (ClassNotFoundException beforeVirtualThreads) {
      return null;
    }
  }

  private static @Nullable Method threadsOfContainer() {
    try {
      Method method =
          Class.forName("jdk.internal.vm.ThreadContainer", false, null).getMethod("threads");
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException | InaccessibleObjectException otherJdk) {
      return null;
    }
  }

  static boolean isVirtual(Thread thread) {
    return BASE != null && BASE.isInstance(thread);
  }

  /** Whether that platform thread is there to run virtual ones. */
  static boolean isCarrier(Thread thread) {
    return thread.getClass().getName().equals("jdk.internal.misc.CarrierThread");
  }

  /** The scheduler as it stands, or null as long as there has been no virtual thread. */
  @Nullable VirtualScheduler schedulerState() {
    Object pool = seen ? SCHEDULER.of(null) : null;
    return pool instanceof ForkJoinPool ? ForkJoinPools.scheduler(pool, mounted) : null;
  }

  /** Whether that pool is there to run virtual threads; asked without starting it. */
  static boolean isScheduler(Object pool) {
    return BASE != null && SCHEDULER.mayBeRead() && SCHEDULER.of(null) == pool;
  }

  /** The platform thread that a virtual thread is mounted on, or null. */
  static @Nullable Thread carrierOf(Thread thread) {
    return CARRIER.of(thread) instanceof Thread carrier ? carrier : null;
  }

  /** Whether this JDK has virtual threads. */
  static boolean exist() {
    return BASE != null;
  }

  /** Whether the last look left some of them out. */
  boolean limited() {
    return limited;
  }

  /** Whether virtual threads that were started one by one are kept track of by this JVM. */
  boolean tracked() {
    return rootThreads.of(null) instanceof Collection<?>;
  }

  /** The virtual threads that are known, in no order. */
  List<Thread> list() {
    List<Thread> list = new ArrayList<>();
    if (BASE == null) {
      return list;
    }
    limited = false;
    if (rootThreads.of(null) instanceof Collection<?> roots) {
      roots.forEach(thread -> add(thread, list));
    }
    if (containers.of(null) instanceof Set<?> registry) {
      for (Object reference : registry) {
        Object container = reference instanceof Reference<?> weak ? weak.get() : null;
        if (container != null) {
          addThreadsOf(container, list);
        }
      }
    }
    return list;
  }

  private void addThreadsOf(Object container, List<Thread> list) {
    if (threadsOfContainer == null) {
      return;
    }
    try (Stream<?> threads = (Stream<?>) threadsOfContainer.invoke(container)) {
      threads.forEach(thread -> add(thread, list));
    } catch (ReflectiveOperationException goneMeanwhile) {
      // The others are still there.
    }
  }

  private void add(@Nullable Object candidate, List<Thread> list) {
    if (candidate instanceof Thread thread && isVirtual(thread)) {
      if (list.size() < MOST_THREADS) {
        list.add(thread);
      } else {
        limited = true;
      }
    }
  }

  /**
   * Puts those into the scene that wait for something of which it is known who can end the wait, or
   * that hold such a thing.
   *
   * @param blocked receives those that wait to enter a monitor; only a snapshot tells which
   */
  void look(List<Thread> list, Map<Thread, WaitRows.Row> rows, Scene scene, List<Thread> blocked) {
    mounted = 0;
    seen |= !list.isEmpty();
    for (Thread thread : list) {
      boolean isMounted = CARRIER.of(thread) != null;
      mounted += isMounted ? 1 : 0;
      lookAt(thread, rows, scene, blocked);
      if (isMounted && mounted <= MOST_MOUNTED && scene.thread(ThreadIds.of(thread)) == null) {
        // Whoever holds a carrier matters, whatever it does.
        scene.add(new Seen(thread, true, ThreadStates.of(thread)));
      }
    }
    for (Thread waiter : rows.keySet()) {
      // Threads of structured scopes are in no list.
      if (isVirtual(waiter) && scene.thread(ThreadIds.of(waiter)) == null) {
        lookAt(waiter, rows, scene, blocked);
      }
    }
  }

  private static void lookAt(
      Thread thread, Map<Thread, WaitRows.Row> rows, Scene scene, List<Thread> blocked) {
    switch (ThreadStates.of(thread)) {
      case BLOCKED -> blocked.add(thread);
      case WAITING, TIMED_WAITING -> lookAtParked(thread, rows, scene);
      case NEW, RUNNABLE, TERMINATED, UNKNOWN -> {}
    }
  }

  private static void lookAtParked(Thread thread, Map<Thread, WaitRows.Row> rows, Scene scene) {
    Object blocker = LockSupport.getBlocker(thread);
    if (blocker == null) {
      return;
    }
    WaitRows.Row row = rows.get(thread);
    boolean hooked = row != null && row.synchronizer() == blocker;
    if (!hooked && !mayBeResolved(Names.kindOfBlocker(blocker.getClass().getName()))) {
      return; // Ten thousand of them may wait for conditions: nobody could say for whom.
    }
    Resource resource = scene.blocker(blocker, thread);
    if (!hooked && !Scene.isResolved(resource)) {
      return;
    }
    Seen seen = scene.add(new Seen(thread, true, ThreadStates.of(thread)));
    if (seen.state == ThreadState.WAITING || seen.state == ThreadState.TIMED_WAITING) {
      scene.setWait(seen, resource, hooked && row != null ? row.turn() : "");
    }
  }

  private static boolean mayBeResolved(ResourceKind kind) {
    return kind == ResourceKind.REENTRANT_LOCK
        || kind == ResourceKind.READ_WRITE_LOCK
        || kind == ResourceKind.SYNCHRONIZER
        || kind == ResourceKind.FUTURE;
  }
}
