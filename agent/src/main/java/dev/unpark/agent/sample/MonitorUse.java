package dev.unpark.agent.sample;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the application's threads wait for monitors, or to be notified, and go on, or are
 * virtual: only then is there something for Flight Recorder to tell.
 *
 * <p>Contention is seen however short, by the JVM's counts; {@code Object.wait} where two looks
 * find a thread in two such waits. Threads of the JDK's own do not count.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class MonitorUse {
  private static final int UNKNOWN = -1;

  private long blockedBefore = UNKNOWN;
  private Map<Long, String> notified = new HashMap<>();
  private boolean seen;

  /** Whether they did, at any look so far. */
  boolean isSeen() {
    return seen;
  }

  /**
   * @param blocked how often threads that are not of the JDK's own have been blocked by monitors so
   *     far
   */
  void look(Collection<Seen> threads, long blocked) {
    if (seen) {
      return;
    }
    Map<Long, String> next = new HashMap<>();
    boolean moved = blockedBefore != UNKNOWN && blocked > blockedBefore;
    blockedBefore = blocked;
    for (Seen thread : threads) {
      moved |= VirtualThreads.isCarrier(thread.thread);
      if (thread.inMonitorWait && !isOfTheJdk(thread.thread)) {
        String before = notified.get(thread.id);
        moved |= before != null && !before.equals(thread.counts);
        next.put(thread.id, thread.counts);
      }
    }
    notified = next;
    if (moved) {
      seen = true;
      notified = Map.of();
    }
  }

  /** Whether it serves the JDK: its finalizer and cleaners meet at monitors in every program. */
  static boolean isOfTheJdk(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null
        || group.getParent() == null
        || group.getName().equals("InnocuousThreadGroup");
  }
}
