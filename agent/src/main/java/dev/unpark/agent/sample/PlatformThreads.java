package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the platform threads: state, lock, owner and counts of all of them by one call, which
 * takes no stack and therefore no safepoint.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class PlatformThreads {
  private static final @Nullable Method ALL = allThreads();

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final ThreadGroup root = rootGroup();
  private final MonitorUse monitors = new MonitorUse();

  private static @Nullable Method allThreads() {
    try {
      Method method = Thread.class.getDeclaredMethod("getThreads");
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException | InaccessibleObjectException otherJdk) {
      return null;
    }
  }

  private static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }

  /*
   * Enumerating thread groups takes the monitor of each, and an application may hold one for ever.
   * The JVM's own list takes none.
   */
  private static Thread[] all() {
    try {
      return ALL != null && ALL.invoke(null) instanceof Thread[] all
          ? all
          : Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
    } catch (ReflectiveOperationException otherJdk) {
      return Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
    }
  }

  /**
   * All live platform threads but the agent's own and Flight Recorder's, which it may have caused.
   */
  List<Thread> list() {
    List<Thread> list = new ArrayList<>();
    for (Thread thread : all()) {
      if (!OwnThreads.contains(thread) && !isFlightRecorder(thread)) {
        list.add(thread);
      }
    }
    return list;
  }

  private boolean isFlightRecorder(Thread thread) {
    return thread.getThreadGroup() == root && thread.getName().startsWith("JFR ");
  }

  /**
   * Puts all of them into the scene, with what they wait for.
   *
   * @param blocked receives those that wait for a monitor which a virtual thread owns
   */
  void look(List<Thread> list, Map<Thread, WaitRows.Row> rows, Scene scene, List<Thread> blocked) {
    ThreadInfo[] infos = threads.getThreadInfo(ids(list), 0);
    long blockedCount = 0;
    for (int i = 0; i < infos.length; i++) {
      ThreadInfo info = infos[i];
      if (info != null) {
        look(list.get(i), info, rows, scene, blocked).ofTheJvm = isOfTheJvm(list.get(i));
        blockedCount += MonitorUse.isOfTheJdk(list.get(i)) ? 0 : info.getBlockedCount();
      }
    }
    monitors.look(scene.threads(), blockedCount);
  }

  /** Whether a look has seen threads that wait for monitors and go on, or carry virtual ones. */
  boolean isWorthARecording() {
    return monitors.isSeen();
  }

  /** Like the one that dispatches signals: a plain thread without anything to run. */
  private boolean isOfTheJvm(Thread thread) {
    return thread.getClass() == Thread.class
        && thread.getThreadGroup() == root
        && Targets.of(thread) == null;
  }

  private static long[] ids(List<Thread> list) {
    long[] ids = new long[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ThreadIds.of(list.get(i));
    }
    return ids;
  }

  private static Seen look(
      Thread thread,
      ThreadInfo info,
      Map<Thread, WaitRows.Row> rows,
      Scene scene,
      List<Thread> blocked) {
    ThreadState state = ThreadState.of(info.getThreadState().name());
    /*
     * Of a monitor that a virtual thread owns, ThreadInfo finds no owner, concludes that it has just
     * been let go, and calls the waiter runnable. The thread itself knows better.
     */
    if (state == ThreadState.RUNNABLE
        && Snapshot.available()
        && ThreadStates.of(thread) == ThreadState.BLOCKED) {
      state = ThreadState.BLOCKED;
      blocked.add(thread);
    }
    Seen seen = scene.add(new Seen(thread, false, state));
    seen.counts = counts(info);
    seen.inNative = info.isInNative();
    LockInfo lock = info.getLockInfo();
    if (lock == null || state == ThreadState.RUNNABLE) {
      return seen;
    }
    if (state == ThreadState.BLOCKED) {
      Release release =
          info.getLockOwnerId() > 0 ? Release.owner(info.getLockOwnerId()) : new Release.Unknown();
      scene.setWait(seen, monitor(lock, ResourceKind.MONITOR, release, scene), seen.counts);
      return seen;
    }
    Object blocker = LockSupport.getBlocker(thread);
    if (blocker == null) {
      seen.inMonitorWait = true;
      scene.setWait(
          seen,
          monitor(lock, ResourceKind.NOTIFICATION, new Release.Unknown(), scene),
          seen.counts);
    } else if (System.identityHashCode(blocker) == lock.getIdentityHashCode()) {
      WaitRows.Row row = rows.get(thread);
      boolean hooked = row != null && row.synchronizer() == blocker;
      scene.setWait(
          seen, scene.blocker(blocker, thread), hooked && row != null ? row.turn() : seen.counts);
    }
    return seen;
  }

  private static Resource monitor(LockInfo lock, ResourceKind kind, Release release, Scene scene) {
    return scene.monitor(lock.getClassName(), lock.getIdentityHashCode(), kind, release);
  }

  private static String counts(ThreadInfo info) {
    return info.getBlockedCount() + ":" + info.getWaitedCount();
  }

  /** Takes the stacks of these threads, all at once; a thread that has moved on gets none. */
  void takeStacks(List<Seen> seen, StackPool stacks) {
    if (seen.isEmpty()) {
      return;
    }
    long[] ids = new long[seen.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = seen.get(i).id;
    }
    ThreadInfo[] infos = threads.getThreadInfo(ids, false, false, Stacks.DEPTH);
    for (int i = 0; i < ids.length; i++) {
      ThreadInfo info = infos[i];
      Seen of = seen.get(i);
      if (info != null && (!of.waits() || of.counts.equals(counts(info)))) {
        of.stack = stacks.of(info.getStackTrace());
      }
    }
  }

  /** The live thread that is this object, for a wait for its end; null when it is no thread. */
  static @Nullable Thread threadNamed(String id, List<Thread> list) {
    for (Thread thread : list) {
      if (id.equals(Names.id(thread))) {
        return thread;
      }
    }
    return null;
  }
}
