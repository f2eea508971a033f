package dev.unpark.agent.hook;

import dev.unpark.agent.bootstrap.ExecutorHandle;
import dev.unpark.agent.bootstrap.ExecutorTable;
import dev.unpark.agent.bootstrap.TaskSamples;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where executors are made, and where they reject a task.
 *
 * <pre>
 *   executor-creation     AbstractExecutorService.&lt;init&gt;     JDK 17 to 25; ForkJoinPool too
 *   executor-rejection    ThreadPoolExecutor.reject           whatever its handler then does
 *   executor-queue        ThreadPoolExecutor.execute, getTask, addWorker    see TaskSamples
 *   rejection-policies    the four handlers that the JDK has  where the former cannot be
 * </pre>
 *
 * <p><b>{@code ThreadPoolExecutor} is woven before {@code main}, or never.</b> The JVM neither
 * compiles nor runs compiled a method whose class has been retransformed since it was entered, and
 * the threads of a pool stand in {@code runWorker} for as long as they live: whatever weaves that
 * class late, or gives it its own code back, makes every pool at work several times slower for
 * good. So an agent that is taken away leaves that one call in, which then does nothing, and one
 * that comes into a running application does without. The other classes here have no method that a
 * thread stays in.
 *
 * <p>It stays registered, since another agent that retransforms the same class would otherwise undo
 * the weaving.
 *
 * <p><b>Threading:</b> the application's main thread weaves early, the agent's thread the rest; the
 * JVM may call the transformer from any thread; any thread reads {@link #coverage}.
 */
public final class PoolWeaver implements ClassFileTransformer {
  private static final String CREATION = "executor-creation";
  private static final String REJECTION = "executor-rejection";
  private static final String POLICIES = "rejection-policies";

  private static final String QUEUE = "executor-queue";

  /** Where the calls lead; these classes are defined later than this one. */
  private static final String TABLE = "dev/unpark/agent/bootstrap/ExecutorTable";

  private static final String SAMPLES = "dev/unpark/agent/bootstrap/TaskSamples";
  private static final long PATIENCE_SECONDS = 2;

  private static final String PACKAGE = "java.util.concurrent.";
  private static final String POOL = PACKAGE + "ThreadPoolExecutor";
  private static final String[] HANDLERS = {
    POOL + "$AbortPolicy",
    POOL + "$CallerRunsPolicy",
    POOL + "$DiscardPolicy",
    POOL + "$DiscardOldestPolicy"
  };

  private static final String ASKED = "getTask()Ljava/lang/Runnable;";

  private static final CallInsert[] MADE = {
    new CallInsert(TABLE, "<init>()V", CallInsert.SELF_AT_END, "created")
  };
  private static final CallInsert REJECTED =
      new CallInsert(TABLE, "reject(Ljava/lang/Runnable;)V", CallInsert.SELF, "rejected");
  private static final CallInsert[] REJECTIONS = {REJECTED};
  private static final CallInsert[] REJECTIONS_AND_TASKS = {
    REJECTED,
    new CallInsert(SAMPLES, "execute(Ljava/lang/Runnable;)V", CallInsert.SELF_AND_FIRST, "queued"),
    new CallInsert(
        SAMPLES, "addWorker(Ljava/lang/Runnable;Z)Z", CallInsert.SELF_AND_FIRST, "handed"),
    new CallInsert(SAMPLES, ASKED, CallInsert.SELF, "asked"),
    new CallInsert(SAMPLES, ASKED, CallInsert.SELF_AND_RESULT, "taken")
  };
  private static final CallInsert[] HANDLED = {
    new CallInsert(
        TABLE,
        "rejectedExecution(Ljava/lang/Runnable;Ljava/util/concurrent/ThreadPoolExecutor;)V",
        CallInsert.SECOND,
        "rejected")
  };

  private final Map<String, CallInsert[]> inserts = new ConcurrentHashMap<>();
  private final Map<String, Boolean> coverage = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private boolean installed;
  private final boolean tasks;

  /**
   * @param tasks whether their way through a pool is wanted too
   */
  public PoolWeaver(boolean tasks) {
    this.tasks = tasks;
  }

  /**
   * Before {@code main}: what it will never be too late for, and what it soon will. No lambda here:
   * the application waits.
   */
  public void weaveEarly(Instrumentation instrumentation) {
    install(instrumentation);
    if (isAtWork()) {
      // Of an agent that came before this one.
      missPools("pools were at work before the agent came", "");
    } else {
      weave(instrumentation, REJECTION, POOL, tasks ? REJECTIONS_AND_TASKS : REJECTIONS);
    }
  }

  private void missPools(String why, String instead) {
    failures.put(REJECTION, why + instead);
    if (tasks) {
      failures.put(QUEUE, why);
    }
  }

  private void install(Instrumentation instrumentation) {
    ExecutorTable.warmUp();
    TaskSamples.warmUp();
    instrumentation.addTransformer(this, true);
    installed = true;
    weave(instrumentation, CREATION, PACKAGE + "AbstractExecutorService", MADE);
    ExecutorTable.record(true);
  }

  /** What has time, and the self-tests; to be called by a thread that is none of the agent's. */
  public void complete(Instrumentation instrumentation) {
    if (!installed) {
      install(instrumentation);
      missPools(
          "pools may be at work, and would be slower for good",
          "; rejections are counted where one of the JDK's own four handlers decides");
    }
    test(CREATION, PoolWeaver::creationFires);
    if (tasks) {
      test(QUEUE, PoolWeaver::queueFires);
    }
    // Another handler than those of the JDK: they may still be woven, from an agent before this.
    test(REJECTION, () -> rejectionFires((task, executor) -> {}));
    if (!coverage.getOrDefault(REJECTION, false)) {
      for (String handler : HANDLERS) {
        weave(instrumentation, POLICIES, handler, HANDLED);
      }
      test(POLICIES, () -> rejectionFires(new ThreadPoolExecutor.DiscardPolicy()));
    }
  }

  private void weave(
      Instrumentation instrumentation, String hook, String className, CallInsert[] insert) {
    try {
      inserts.put(className.replace('.', '/'), insert);
      instrumentation.retransformClasses(Class.forName(className, false, null));
    } catch (ClassNotFoundException | UnmodifiableClassException | LinkageError refused) {
      failures.put(hook, refused.toString());
    }
  }

  /** Whether a thread stands in a method of {@code ThreadPoolExecutor} that it does not leave. */
  private static boolean isAtWork() {
    for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
      for (StackTraceElement frame : stack) {
        if (frame.getClassName().equals(POOL)) {
          return true;
        }
      }
    }
    return false;
  }

  private interface Test {
    boolean fires() throws Exception;
  }

  private void test(String hook, Test test) {
    boolean fires = false;
    try {
      fires = test.fires();
      if (!fires) {
        failures.putIfAbsent(hook, "does not fire");
      }
    } catch (Exception | LinkageError failure) {
      failures.putIfAbsent(hook, failure.toString());
    }
    coverage.put(hook, fires);
    if (fires) {
      failures.remove(hook);
    }
  }

  private static boolean creationFires() {
    ProbeExecutor probe = new ProbeExecutor((task, executor) -> {});
    probe.shutdown();
    return ExecutorTable.find(probe) != null;
  }

  private static boolean rejectionFires(RejectedExecutionHandler handler) {
    ProbeExecutor probe = new ProbeExecutor(handler);
    probe.shutdown();
    probe.execute(() -> {});
    ExecutorHandle handle = ExecutorTable.find(probe);
    return handle != null && handle.rejections() == 1;
  }

  private static boolean queueFires() throws InterruptedException {
    ProbeExecutor probe = new ProbeExecutor((task, executor) -> {});
    TaskSamples.seat(probe, 1, true);
    // The first starts a thread, the second is queued.
    probe.execute(() -> {});
    probe.execute(() -> {});
    probe.shutdown();
    boolean ended = probe.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    TaskSamples.unseat();
    boolean seen = false;
    for (int cell = 0; cell < TaskSamples.CELLS; cell++) {
      TaskSamples.takeRuns(cell);
      seen |= TaskSamples.takeWaits(cell) > 0;
    }
    return ended && seen;
  }

  /**
   * Counts no more, and gives every class its own code back but {@code ThreadPoolExecutor}, whose
   * pools would suffer.
   */
  public void unweave(Instrumentation instrumentation) {
    ExecutorTable.record(false);
    TaskSamples.unseat();
    if (!instrumentation.removeTransformer(this)) {
      return; // Nothing was woven, so nothing was counted.
    }
    List<String> woven = new ArrayList<>(inserts.keySet());
    inserts.clear();
    for (String name : woven) {
      String className = name.replace('/', '.');
      if (!className.equals(POOL)) {
        try {
          instrumentation.retransformClasses(Class.forName(className, false, null));
        } catch (ClassNotFoundException | UnmodifiableClassException | LinkageError refused) {
          failures.put(CREATION, refused.toString());
        }
      }
    }
    ExecutorTable.clear();
  }

  /** Each hook's name, and whether it was seen to fire. */
  public Map<String, Boolean> coverage() {
    return Map.copyOf(coverage);
  }

  /** Why hooks are missing, by name. */
  public Map<String, String> failures() {
    return Map.copyOf(failures);
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    // First what is known without a look-up: every class that is loaded passes here.
    if (redefined == null || loader != null || className == null) {
      return null;
    }
    CallInsert[] wanted = inserts.get(className);
    try {
      return wanted == null ? null : CallInsert.into(bytes, wanted);
    } catch (RuntimeException | LinkageError otherJdk) {
      return null; // As it is when the method has moved. The self-tests tell.
    }
  }
}
