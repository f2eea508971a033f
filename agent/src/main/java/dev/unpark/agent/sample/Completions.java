package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What cannot be done before a queued task has run: the task itself, where it is a future; the
 * {@code CompletableFuture} that it completes; whatever depends on that, and the threads' own marks
 * that wait in such a future's stack of dependents.
 *
 * <p>Dependents that need only one of several futures, and futures that end by themselves when a
 * time is up, are left out: they do not need the task.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Completions {
  private static final int MOST_STEPS = 1_000;
  private static final String FUTURE = CompletableFuture.class.getName();
  private static final Peek RESULT = Peek.at(CompletableFuture.class, "result");
  private static final Peek STACK = Peek.at(CompletableFuture.class, "stack");
  private static final Peek NEXT = Peek.at(FUTURE + "$Completion", "next");
  private static final Peek DEPENDENT = Peek.at(FUTURE + "$UniCompletion", "dep");
  private static final Peek BASE = Peek.at(FUTURE + "$CoCompletion", "base");
  private static final Peek SUPPLIED = Peek.at(FUTURE + "$AsyncSupply", "dep");
  private static final Peek RUN = Peek.at(FUTURE + "$AsyncRun", "dep");
  private static final Peek WHEN_COMPLETE = Peek.at(FUTURE + "$UniWhenComplete", "fn");
  private static final String CANCELLER = FUTURE + "$Canceller";
  private static final String EITHER = FUTURE + "$Or";

  private static final int MOST_WRAPPERS = 5;

  private final Fields fields = new Fields();

  /** Adds them all. */
  void endedBy(Object queued, Map<Object, Boolean> into) {
    Deque<Object> futures = new ArrayDeque<>();
    Object task = queued;
    for (int depth = 0; task != null && depth < MOST_WRAPPERS; depth++) {
      into.put(task, true);
      addIfAny(completedBy(task), futures);
      task = wrappedIn(task);
    }
    follow(futures, into);
  }

  /** Adds that future and all that depends on it. */
  void completedWith(Object future, Map<Object, Boolean> into) {
    Deque<Object> futures = new ArrayDeque<>();
    futures.add(future);
    follow(futures, into);
  }

  private static void follow(Deque<Object> futures, Map<Object, Boolean> into) {
    int steps = 0;
    while (!futures.isEmpty() && steps < MOST_STEPS) {
      Object future = futures.remove();
      if (RESULT.of(future) != null || endsByItself(future) || into.put(future, true) != null) {
        continue;
      }
      for (Object completion = STACK.of(future);
          completion != null && steps++ < MOST_STEPS;
          completion = NEXT.of(completion)) {
        into.put(completion, true);
        addIfAny(completedBy(completion), futures);
      }
    }
  }

  /** What that task runs in the end, without what it is wrapped in. */
  Object innermost(Object queued) {
    Object task = queued;
    for (int depth = 0; depth < MOST_WRAPPERS; depth++) {
      Object inner = wrappedIn(task);
      if (inner == null) {
        break;
      }
      task = inner;
    }
    return task;
  }

  /**
   * The task that a wrapper runs: what it keeps as a {@code Runnable} or {@code Callable}. What it
   * keeps as a future it may just as well be going to wait for.
   */
  private @Nullable Object wrappedIn(Object task) {
    for (Field field : fields.of(task.getClass())) {
      if (field.getType() == Runnable.class || field.getType() == Callable.class) {
        Object inner = Fields.value(field, task);
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  private static void addIfAny(@Nullable Object future, Deque<Object> futures) {
    if (future != null) {
      futures.add(future);
    }
  }

  /** The future that this task or dependent completes, or null. */
  private static @Nullable Object completedBy(Object completion) {
    if (SUPPLIED.fits(completion)) {
      return SUPPLIED.of(completion);
    }
    if (RUN.fits(completion)) {
      return RUN.of(completion);
    }
    Object base = BASE.fits(completion) ? BASE.of(completion) : completion;
    return base == null || base.getClass().getName().startsWith(EITHER) ? null : DEPENDENT.of(base);
  }

  /** Whether a time-out was set on it, which leaves a mark among its dependents. */
  private static boolean endsByItself(Object future) {
    Object completion = STACK.of(future);
    for (int steps = 0; completion != null && steps < MOST_STEPS; steps++) {
      Object function = WHEN_COMPLETE.of(completion);
      if (function != null && function.getClass().getName().equals(CANCELLER)) {
        return true;
      }
      completion = NEXT.of(completion);
    }
    return false;
  }
}
