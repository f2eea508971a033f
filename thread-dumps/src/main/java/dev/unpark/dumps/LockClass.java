package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ResourceKind;
import java.util.List;
import java.util.Map;

/**
 * What kind of thing a blocker object is, told from its class and from who parked.
 *
 * @param kind what it is
 * @param className the class that the user would name: {@code ReentrantLock}, not its inner {@code
 *     NonfairSync}
 */
record LockClass(ResourceKind kind, String className) {
  private static final String CONCURRENT = "java.util.concurrent.";

  private static final Map<String, ResourceKind> KINDS =
      Map.ofEntries(
          Map.entry("java.util.concurrent.locks.ReentrantLock", ResourceKind.REENTRANT_LOCK),
          Map.entry(
              "java.util.concurrent.locks.ReentrantReadWriteLock", ResourceKind.READ_WRITE_LOCK),
          Map.entry("java.util.concurrent.locks.StampedLock", ResourceKind.STAMPED_LOCK),
          Map.entry("java.util.concurrent.Semaphore", ResourceKind.SEMAPHORE),
          Map.entry("java.util.concurrent.CountDownLatch", ResourceKind.LATCH),
          Map.entry("java.util.concurrent.CyclicBarrier", ResourceKind.BARRIER),
          Map.entry("java.util.concurrent.Phaser", ResourceKind.BARRIER),
          Map.entry("java.util.concurrent.Exchanger", ResourceKind.BARRIER),
          Map.entry("java.util.concurrent.FutureTask", ResourceKind.FUTURE),
          Map.entry("java.util.concurrent.CompletableFuture", ResourceKind.FUTURE),
          Map.entry("java.util.concurrent.ForkJoinTask", ResourceKind.FUTURE),
          Map.entry("java.util.concurrent.ForkJoinPool", ResourceKind.QUEUE),
          Map.entry("java.util.concurrent.ThreadPoolExecutor", ResourceKind.SYNCHRONIZER));

  /** Tasks are subclasses, the user's own and those of streams; the stack tells. */
  private static final String FORK_JOIN_TASK = "java.util.concurrent.ForkJoinTask";

  /** Frames between {@code park} and the method that says what is waited for. */
  private static final List<String> MACHINERY =
      List.of(
          "java.util.concurrent.locks.AbstractQueued",
          "java.util.concurrent.locks.LockSupport.",
          "java.util.concurrent.ForkJoinPool.managedBlock",
          "java.util.concurrent.ForkJoinPool.unmanagedBlock",
          "java.lang.VirtualThread.",
          "java.lang.System$",
          "jdk.internal.misc.Unsafe.",
          "jdk.internal.misc.VirtualThreads.",
          "jdk.internal.vm.",
          "sun.misc.Unsafe.");

  /** The kind of a blocker of that printed class, for a thread with that stack. */
  static LockClass ofBlocker(String printed, List<String> stack) {
    String outer = outermost(printed);
    if (printed.endsWith("$ConditionObject")) {
      return ofCondition(stack);
    }
    ResourceKind known = KINDS.get(outer);
    if (known != null) {
      return new LockClass(known, outer);
    }
    if (outer.startsWith(CONCURRENT) && (outer.endsWith("Queue") || outer.endsWith("Deque"))) {
      return new LockClass(ResourceKind.QUEUE, outer);
    }
    if (outermost(caller(stack)).equals(FORK_JOIN_TASK)) {
      return new LockClass(ResourceKind.FUTURE, printed);
    }
    return new LockClass(
        isSynchronizer(stack) ? ResourceKind.SYNCHRONIZER : ResourceKind.OTHER,
        withoutSync(printed));
  }

  /** A lock listed among the ownable synchronizers that a thread holds. */
  static LockClass ofOwned(String printed) {
    ResourceKind known = KINDS.get(outermost(printed));
    return known == null
        ? new LockClass(ResourceKind.SYNCHRONIZER, withoutSync(printed))
        : new LockClass(known, outermost(printed));
  }

  /**
   * Queues and barriers of the JDK wait on a condition inside; what the user wrote is the queue.
   */
  private static LockClass ofCondition(List<String> stack) {
    String frame = caller(stack);
    String caller = outermost(frame);
    if (caller.startsWith(CONCURRENT)) {
      if (caller.endsWith("Queue") || caller.endsWith("Deque")) {
        return new LockClass(ResourceKind.QUEUE, caller);
      }
      if (caller.endsWith(".ScheduledThreadPoolExecutor")) {
        return new LockClass(ResourceKind.QUEUE, frame);
      }
      if (caller.endsWith(".CyclicBarrier")) {
        return new LockClass(ResourceKind.BARRIER, caller);
      }
    }
    return new LockClass(ResourceKind.CONDITION, "java.util.concurrent.locks.Condition");
  }

  /** The class whose method says what is waited for; empty when none does. */
  private static String caller(List<String> stack) {
    for (String frame : stack) {
      if (!isMachinery(frame)) {
        return declaringClass(frame);
      }
    }
    return "";
  }

  private static boolean isSynchronizer(List<String> stack) {
    for (String frame : stack) {
      if (frame.startsWith("java.util.concurrent.locks.AbstractQueued")) {
        return true;
      }
      if (!isMachinery(frame)) {
        return false;
      }
    }
    return false;
  }

  /** Whether a frame stands between {@code park} and the method that says what is waited for. */
  static boolean isMachinery(String frame) {
    for (String prefix : MACHINERY) {
      if (frame.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static String declaringClass(String frame) {
    int parenthesis = frame.indexOf('(');
    String method = parenthesis < 0 ? frame : frame.substring(0, parenthesis);
    int dot = method.lastIndexOf('.');
    return dot < 0 ? method : method.substring(0, dot);
  }

  private static String outermost(String className) {
    int dollar = className.indexOf('$');
    return dollar > 0 ? className.substring(0, dollar) : className;
  }

  private static String withoutSync(String className) {
    for (String inner : List.of("$NonfairSync", "$FairSync", "$Sync")) {
      if (className.endsWith(inner)) {
        return className.substring(0, className.length() - inner.length());
      }
    }
    return className;
  }
}
