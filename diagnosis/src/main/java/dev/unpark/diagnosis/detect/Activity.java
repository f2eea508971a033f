package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a thread is at, as far as it matters to those who wait: could it be the one that ends their
 * wait?
 */
enum Activity {
  /** Waits for work, or is the JVM's own: it holds nothing of the application's. */
  IDLE,
  /** Sleeps for a while in code of its own. */
  RESTS,
  /** Waits without a timeout, for something that was seen. */
  WAITS,
  /** Anything else: it may do whatever others wait for. */
  WORKS;

  /** Where a thread that rests has called the JDK. */
  private static final Set<String> REST =
      Set.of(
          "java.lang.Thread.sleep",
          "java.util.concurrent.TimeUnit.sleep",
          "java.util.concurrent.locks.LockSupport.parkNanos",
          "java.util.concurrent.locks.LockSupport.parkUntil",
          "java.lang.Object.wait");

  static Activity of(ObservedThread thread, Look look) {
    Wait wait = thread.currentWait();
    Resource resource = wait == null || wait.timed() ? null : look.index().waitedFor(thread);
    if (resource != null && !ObservationIndex.holders(resource.release()).isEmpty()) {
      return WAITS;
    }
    if (isIdle(thread, look)) {
      return IDLE;
    }
    if (resource != null) {
      return WAITS;
    }
    return thread.state() == ThreadState.TIMED_WAITING && rests(thread.stack()) ? RESTS : WORKS;
  }

  /**
   * A dump prints no frames of the JVM's own threads. A live look has taken no stack of most
   * threads, and nothing is known of what those do.
   */
  private static boolean isIdle(ObservedThread thread, Look look) {
    if (thread.stack().isEmpty()) {
      return thread.evidence() != null;
    }
    StackFacts facts = look.facts(thread);
    return facts.isIdle() || !facts.runsTask() && facts.ownMethods().isEmpty();
  }

  private static boolean rests(List<String> stack) {
    String calledByOwn = "";
    for (String frame : stack) {
      if (!Frames.isJdk(frame)) {
        break;
      }
      calledByOwn = frame;
    }
    return REST.contains(Frames.method(calledByOwn));
  }

  /** The methods of a stack that are the user's own. */
  static Set<String> ownMethods(Collection<ObservedThread> threads) {
    Set<String> methods = new HashSet<>();
    for (ObservedThread thread : threads) {
      for (String frame : thread.stack()) {
        if (!Frames.isJdk(frame)) {
          methods.add(Frames.method(frame));
        }
      }
    }
    return methods;
  }

  /**
   * The method by which a thread came into the class of its own code in which it stands: a helper
   * that waits for all says nothing of what each waits for. The body of a task is no such method.
   */
  static String entry(ObservedThread thread) {
    String entry = "";
    for (String frame : thread.stack()) {
      if (Frames.isJdk(frame)) {
        continue;
      }
      String method = Frames.method(frame);
      boolean further =
          Frames.outermostClass(method).equals(Frames.outermostClass(entry)) && !isBody(method);
      if (!entry.isEmpty() && !further) {
        return entry;
      }
      entry = method;
    }
    return entry;
  }

  private static boolean isBody(String method) {
    return method.contains(".lambda$") || method.endsWith(".run") || method.endsWith(".call");
  }
}
