package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.FailureTable;
import java.util.concurrent.FutureTask;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * Where an exception ends a task, or a thread that has no handler of its own for that.
 *
 * <pre>
 *   JDK 17 to 25   protected void FutureTask.setException(Throwable)
 *                  public void ThreadGroup.uncaughtException(Thread, Throwable)
 * </pre>
 *
 * <p>Neither runs where nothing goes wrong.
 */
final class FailureHook implements Hook {
  private final String name;
  private final Class<?> target;
  private final String method;
  private final Class<?> advice;

  private FailureHook(String name, Class<?> target, String method, Class<?> advice) {
    this.name = name;
    this.target = target;
    this.method = method;
    this.advice = advice;
  }

  static FailureHook ofTasks() {
    return new FailureHook("task-failure", FutureTask.class, "setException", OfTask.class);
  }

  static FailureHook ofThreads() {
    return new FailureHook(
        "thread-failure", ThreadGroup.class, "uncaughtException", OfThread.class);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Class<?> target() {
    return target;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    int arguments = target == FutureTask.class ? 1 : 2;
    return Advice.to(advice).on(named(method).and(takesArguments(arguments)));
  }

  @Override
  public boolean fires() {
    Runnable work = new Probe();
    if (target == FutureTask.class) {
      new FutureTask<>(work, null).run();
    } else {
      Quiet outer = new Quiet();
      ThreadGroup group = new ThreadGroup(outer, "unpark-selftest");
      group.uncaughtException(new Thread(group, work, "unpark-selftest"), new Failed());
      forget(outer);
    }
    boolean seen = false;
    for (int row = 0; row < FailureTable.CAPACITY; row++) {
      Object[] failure = FailureTable.take(row);
      seen |= failure != null && failure[FailureTable.EXCEPTION].equals(Failed.class.getName());
    }
    return seen;
  }

  /**
   * JDK 17 and 18 keep a group, and with it the agent, until it is destroyed; later ones do not.
   */
  private static void forget(ThreadGroup group) {
    try {
      ThreadGroup.class.getMethod("destroy").invoke(group);
    } catch (ReflectiveOperationException noSuchMethodAnyMore) {
      // Then nobody keeps it.
    }
  }

  /** Woven. */
  static final class OfTask {
    private OfTask() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object task, @Advice.Argument(0) Throwable thrown) {
      FailureTable.failed(task, thrown);
    }
  }

  /** Woven. */
  static final class OfThread {
    private OfThread() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Thread thread, @Advice.Argument(1) Throwable thrown) {
      FailureTable.failed(thread, thrown);
    }
  }

  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed() {
      super("self-test", null, false, false);
    }
  }

  private static final class Probe implements Runnable {
    @Override
    public void run() {
      throw new Failed();
    }
  }

  /** Where it would go on to the application's own handler, and to standard error. */
  private static final class Quiet extends ThreadGroup {
    Quiet() {
      super("unpark-selftest");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {}
  }
}
