package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one thread waits for, as its own lines tell.
 *
 * @param reason what would end the wait
 * @param lock id of the lock as printed
 * @param kind what is waited for
 * @param className the class that the user would name
 * @param timed whether the wait ends by itself
 * @param doesNotHold locks that lines of this thread name as locked, and that it does not hold
 */
record PrintedWait(
    Reason reason,
    String lock,
    ResourceKind kind,
    String className,
    boolean timed,
    Set<String> doesNotHold) {

  /** What would end a wait. */
  enum Reason {
    /** The owner leaves. */
    ENTER,
    /** The initialiser of a class ends. */
    INITIALIZATION,
    /** The initialiser of some class ends that another thread runs. */
    UNNAMED_INITIALIZATION,
    /** The subtasks of a scope end, or one of them. */
    SUBTASKS,
    /** Somebody signals; nobody knows who. */
    SIGNAL
  }

  /** A lock that is entered and a lock that is waited on are two things to wait for. */
  String resource() {
    return switch (reason) {
      case ENTER -> lock;
      case INITIALIZATION -> "initialization of " + lock;
      case UNNAMED_INITIALIZATION -> "initialization awaited by " + lock;
      case SUBTASKS -> "subtasks awaited by #" + lock;
      case SIGNAL -> lock + " signalled";
    };
  }

  /** The wait of that thread; null when it waits for nothing that its lines name. */
  static @Nullable PrintedWait of(PrintedThread thread) {
    LockMention initialization = first(thread, Verb.CLASS_INITIALIZATION);
    if (initialization != null) {
      return new PrintedWait(
          Reason.INITIALIZATION,
          initialization.id(),
          ResourceKind.CLASS_INITIALIZATION,
          initialization.className(),
          false,
          Set.of());
    }
    if (awaitsUnnamedInitializer(thread)) {
      return new PrintedWait(
          Reason.UNNAMED_INITIALIZATION,
          Long.toHexString(thread.javaId >= 0 ? thread.javaId : thread.address),
          ResourceKind.CLASS_INITIALIZATION,
          "some class",
          false,
          Set.of());
    }
    LockMention entering = first(thread, Verb.WAITING_TO_LOCK);
    if (entering != null && mayBlock(thread)) {
      return enter(entering);
    }
    if (thread.state == ThreadState.RUNNABLE) {
      // Lock lines of a running thread tell what it was about to do, or has just done.
      return null;
    }
    LockMention parking = first(thread, Verb.PARKING);
    if (parking != null) {
      return parked(thread, parking);
    }
    if (isInObjectWait(thread)) {
      return inObjectWait(thread);
    }
    return Subtasks.areAwaitedAt(thread.stack) ? joining(thread) : null;
  }

  /** In a scope's {@code join}, which parks without a blocker. */
  private static @Nullable PrintedWait joining(PrintedThread thread) {
    boolean timed = thread.state == ThreadState.TIMED_WAITING;
    return timed || thread.state == ThreadState.WAITING
        ? new PrintedWait(
            Reason.SUBTASKS,
            Long.toString(thread.javaId),
            ResourceKind.THREAD_END,
            "java.util.concurrent.StructuredTaskScope",
            timed,
            Set.of())
        : null;
  }

  /**
   * Up to JDK 12 a thread that waits for another one to initialise a class is called runnable,
   * waits "in Object.wait()" as its header says, and stands in no such method. Which class is not
   * told.
   */
  private static boolean awaitsUnnamedInitializer(PrintedThread thread) {
    return thread.state == ThreadState.RUNNABLE
        && thread.inObjectWait
        && !thread.stack.isEmpty()
        && !thread.stack.get(0).startsWith("java.lang.Object.wait");
  }

  private static boolean mayBlock(PrintedThread thread) {
    return thread.state == ThreadState.BLOCKED || thread.state == ThreadState.UNKNOWN;
  }

  private static PrintedWait enter(LockMention monitor) {
    return new PrintedWait(
        Reason.ENTER,
        monitor.id(),
        ResourceKind.MONITOR,
        monitor.className(),
        false,
        Set.of(monitor.id()));
  }

  private static @Nullable PrintedWait parked(PrintedThread thread, LockMention blocker) {
    if (thread.state == ThreadState.BLOCKED) {
      return null;
    }
    LockClass lockClass = LockClass.ofBlocker(blocker.className(), thread.stack);
    boolean owned =
        switch (lockClass.kind()) {
          case REENTRANT_LOCK, READ_WRITE_LOCK, SYNCHRONIZER, OTHER -> true;
          case MONITOR,
              CLASS_INITIALIZATION,
              STAMPED_LOCK,
              SEMAPHORE,
              LATCH,
              BARRIER,
              CONDITION,
              NOTIFICATION,
              FUTURE,
              QUEUE,
              THREAD_END,
              CONNECTION_POOL,
              REMOTE ->
              false;
        };
    return new PrintedWait(
        owned ? Reason.ENTER : Reason.SIGNAL,
        blocker.id(),
        lockClass.kind(),
        lockClass.className(),
        thread.state == ThreadState.TIMED_WAITING,
        owned ? Set.of(blocker.id()) : Set.of());
  }

  private static boolean isInObjectWait(PrintedThread thread) {
    if (first(thread, Verb.RELOCKING) != null || first(thread, Verb.WAITING_ON) != null) {
      return true;
    }
    return !thread.stack.isEmpty() && thread.stack.get(0).startsWith("java.lang.Object.wait");
  }

  /**
   * In {@code Object.wait}: for a signal, or, once it has come, for the monitor that was given up.
   * Compiled code may not tell which object that is; then it is the one entered last, as a rule.
   */
  private static @Nullable PrintedWait inObjectWait(PrintedThread thread) {
    LockMention on = first(thread, Verb.WAITING_ON);
    LockMention relocking = first(thread, Verb.RELOCKING);
    LockMention waited =
        relocking != null ? relocking : on != null ? on : first(thread, Verb.LOCKED);
    if (waited == null) {
      return null;
    }
    Set<String> given = new HashSet<>();
    for (LockMention mention : thread.locks) {
      if (mention.verb() == Verb.RELOCKING || mention.verb() == Verb.WAITING_ON) {
        given.add(mention.id());
      }
    }
    given.add(waited.id());
    if (thread.state == ThreadState.BLOCKED) {
      return new PrintedWait(
          Reason.ENTER, waited.id(), ResourceKind.MONITOR, waited.className(), false, given);
    }
    boolean join = isJoin(thread.stack);
    return new PrintedWait(
        Reason.SIGNAL,
        waited.id(),
        join ? ResourceKind.THREAD_END : ResourceKind.NOTIFICATION,
        waited.className(),
        thread.state == ThreadState.TIMED_WAITING,
        given);
  }

  /** Whether a stack in {@code Object.wait} waits for a thread to end. */
  static boolean isJoin(List<String> stack) {
    return stack.stream().limit(5).anyMatch(frame -> frame.startsWith("java.lang.Thread.join("));
  }

  private static @Nullable LockMention first(PrintedThread thread, Verb verb) {
    for (LockMention mention : thread.locks) {
      if (mention.names(verb)) {
        return mention;
      }
    }
    return null;
  }
}
