package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that wait for a class which another thread initialises.
 *
 * <p>Such a wait happens inside the JVM: it is called runnable, no monitor and no blocker tells of
 * it. What raises the suspicion is this: the thread runs no native code and yet uses no processor
 * time, look after look, while others have {@code <clinit>} on their stacks. A thread that the
 * system keeps from running looks the same, so this alone is a belief. Where a hang may depend on
 * it the JVM is asked, see {@link InitMonitors}: what it says is known.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> nothing as long as every thread
 * that seems to run does so. Otherwise the stacks of all threads are taken once, and after that of
 * those that have moved.
 */
final class ClassInits {
  private static final String INITIALIZER = "<clinit>";
  private static final String NATIVE = "(Native Method)";

  /** Reflection, method handles, and what initialises a class on demand. */
  private static final List<String> INITIALISING =
      List.of(
          "java.lang.Class.",
          "java.lang.invoke.",
          "java.lang.reflect.",
          "jdk.internal.reflect.",
          "jdk.internal.misc.Unsafe.ensureClassInitialized",
          "jdk.internal.misc.Unsafe.allocateInstance");

  /** Deep enough for what a static initialiser may call. */
  private static final int DEPTH = 512;

  /** A thread that has not had the processor for so long, in nanoseconds, does not want it. */
  private static final long STILL_NANOS = 450_000_000L;

  private final InitMonitors monitors;
  private Map<Long, Stalled> stalled = new HashMap<>();
  private Map<Long, Stack> stacks = new HashMap<>();
  private List<Seen> inNative = List.of();

  /** Since when a thread runs without using the processor. */
  private record Stalled(String turn, long sinceNanos) {}

  /**
   * What a thread initialises.
   *
   * @param turn tells whether the thread has moved since the stack was taken
   * @param depth frames, those included that are not kept
   * @param classes outermost last
   */
  private record Stack(String turn, int depth, List<String> classes, List<String> frames) {}

  /**
   * @param command runs a diagnostic command of the JVM
   */
  ClassInits(Function<String, @Nullable String> command) {
    monitors = new InitMonitors(command);
  }

  /** Whether the JVM was not asked because of the number of frames that it would print. */
  boolean limited() {
    return monitors.limited();
  }

  /** Puts those waits into the scene. */
  void look(Scene scene, CpuTimes cpu, long nanosNow, List<Thread> virtualThreads) {
    List<Seen> waiting = findStalled(scene, cpu, nanosNow, virtualThreads);
    if (waiting.isEmpty()) {
      stacks = new HashMap<>();
      return;
    }
    takeStacks(waiting, scene, cpu);
    waiting.addAll(inNative);
    waiting.removeIf(seen -> !mayWait(stacks.get(seen.id)));
    Map<Long, String> initialisers = initialisers();
    if (waiting.stream()
        .anyMatch(seen -> isSuspect(seen, nanosNow, scene, initialisers, virtualThreads))) {
      monitors.ask(
          nanosNow,
          stacks.values().stream().mapToInt(Stack::depth).sum(),
          thread -> turnOf(thread, scene, cpu),
          initialisers.keySet());
    }
    for (Seen seen : waiting) {
      setWait(seen, nanosNow, scene, initialisers, virtualThreads);
    }
  }

  private static @Nullable String turnOf(long platform, Scene scene, CpuTimes cpu) {
    Seen seen = scene.thread(platform);
    return seen == null ? null : turn(seen, cpu);
  }

  /** Tells whether a platform thread has moved; null where the JVM does not measure. */
  private static @Nullable String turn(Seen platform, CpuTimes cpu) {
    long nanos = cpu.of(platform.id);
    return nanos == ThreadTraits.UNKNOWN_CPU ? null : nanos + ":" + platform.counts;
  }

  /**
   * Threads that should run and did not since the look before, those on stalled carriers too. Those
   * that run native code are kept aside: one of them may wait for a class only if another does.
   */
  private List<Seen> findStalled(
      Scene scene, CpuTimes cpu, long nanosNow, List<Thread> virtualThreads) {
    Map<Long, Stalled> next = new HashMap<>();
    List<Seen> waiting = new ArrayList<>();
    Map<Thread, Stalled> carriers = new HashMap<>();
    inNative = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      boolean carries = !virtualThreads.isEmpty() && carries(seen, scene);
      String turn = turn(seen, cpu);
      if (turn == null || !carries && !runs(seen)) {
        continue;
      }
      Stalled before = stalled.get(seen.id);
      boolean still = before != null && before.turn().equals(turn);
      Stalled now = still && before != null ? before : new Stalled(turn, nanosNow);
      next.put(seen.id, now);
      if (still && carries) {
        carriers.put(seen.thread, now);
      } else if (still && seen.inNative) {
        inNative.add(seen);
      } else if (still) {
        waiting.add(seen);
      }
    }
    if (!carriers.isEmpty()) {
      for (Thread thread : virtualThreads) {
        Thread carrier = VirtualThreads.carrierOf(thread);
        Stalled since = carrier == null ? null : carriers.get(carrier);
        if (since != null && ThreadStates.of(thread) == ThreadState.RUNNABLE) {
          Seen seen = new Seen(thread, true, ThreadState.RUNNABLE);
          next.put(seen.id, since);
          waiting.add(seen);
        }
      }
    }
    stalled = next;
    return waiting;
  }

  private static boolean runs(Seen seen) {
    return !seen.virtual && seen.state == ThreadState.RUNNABLE;
  }

  /** A carrier is said to wait for the virtual thread that it runs. */
  private static boolean carries(Seen seen, Scene scene) {
    Resource resource = scene.waitedFor(seen);
    return resource != null
        && resource.kind() == ResourceKind.NOTIFICATION
        && VirtualThreads.isCarrier(seen.thread);
  }

  /**
   * The JVM's own threads wait in native methods of their own, or have no frames. A native method
   * through which Java code has a class initialised is another matter.
   */
  private static boolean mayWait(@Nullable Stack stack) {
    if (stack == null || stack.frames().isEmpty()) {
      return false;
    }
    String innermost = stack.frames().get(0);
    return !innermost.endsWith(NATIVE) || INITIALISING.stream().anyMatch(innermost::startsWith);
  }

  /** The innermost class that each thread initialises, by thread. */
  private Map<Long, String> initialisers() {
    Map<Long, String> found = new LinkedHashMap<>();
    stacks.forEach(
        (thread, stack) -> {
          if (!stack.classes().isEmpty()) {
            found.put(thread, stack.classes().get(0));
          }
        });
    return found;
  }

  private boolean isSure(Seen seen, long nanosNow) {
    Stalled since = stalled.get(seen.id);
    return since != null && nanosNow - since.sinceNanos() >= STILL_NANOS;
  }

  private InitMonitors.@Nullable Verdict verdict(Seen seen) {
    Stalled since = stalled.get(seen.id);
    return since == null ? null : monitors.of(seen.id, since.turn());
  }

  /**
   * Whether a hang may depend on what this thread waits for: somebody it may wait for waits too.
   */
  private boolean isSuspect(
      Seen seen,
      long nanosNow,
      Scene scene,
      Map<Long, String> initialisers,
      List<Thread> virtualThreads) {
    if (!isSure(seen, nanosNow) || verdict(seen) != null) {
      return false;
    }
    // A virtual thread may initialise classes unseen.
    return !virtualThreads.isEmpty()
        || initialisers.keySet().stream()
            .anyMatch(thread -> thread != seen.id && stands(thread, scene));
  }

  private boolean stands(long thread, Scene scene) {
    Seen seen = scene.thread(thread);
    return stalled.containsKey(thread) || seen != null && seen.waits();
  }

  private void setWait(
      Seen seen,
      long nanosNow,
      Scene scene,
      Map<Long, String> initialisers,
      List<Thread> virtualThreads) {
    InitMonitors.Verdict verdict = verdict(seen);
    Resource resource =
        verdict == null
            ? believed(seen, initialisers)
            : known(verdict.awaited(), verdict.release());
    Stack own = stacks.get(seen.id);
    Stalled since = stalled.get(seen.id);
    if (resource == null || own == null || since == null) {
      return;
    }
    Seen waiter = scene.add(seen);
    waiter.stack = own.frames();
    addHolders(resource.release(), scene, virtualThreads);
    boolean sure = verdict != null || isSure(seen, nanosNow);
    scene.setWait(waiter, scene.put(resource), sure ? "c" + since.turn() : "");
  }

  private static @Nullable Resource known(@Nullable String awaited, Release release) {
    return awaited == null
        ? null
        : new Resource(
            "class-initialization of " + awaited,
            ResourceKind.CLASS_INITIALIZATION,
            awaited,
            "",
            release);
  }

  private static @Nullable Resource believed(Seen seen, Map<Long, String> initialisers) {
    Map<Long, String> others = new LinkedHashMap<>(initialisers);
    others.remove(seen.id);
    if (others.isEmpty()) {
      return null;
    }
    List<String> classes = others.values().stream().distinct().sorted().toList();
    return new Resource(
        "class-initialization, it seems, of " + String.join(", ", classes),
        ResourceKind.CLASS_INITIALIZATION,
        classes.size() == 1 ? classes.get(0) : "java.lang.Class",
        "",
        new Release.Believed(others.keySet(), "it initialises a class"));
  }

  /** Platform threads are in the scene already. */
  private static void addHolders(Release release, Scene scene, List<Thread> virtualThreads) {
    Set<Long> holders =
        release instanceof Release.AllOf all
            ? all.threads()
            : release instanceof Release.AnyOf any ? any.threads() : Set.of();
    if (holders.stream().anyMatch(thread -> scene.thread(thread) == null)) {
      virtualThreads.stream()
          .filter(thread -> holders.contains(ThreadIds.of(thread)))
          .forEach(scene::addHolder);
    }
  }

  private void takeStacks(List<Seen> waiting, Scene scene, CpuTimes cpu) {
    Map<Long, Stack> next = new HashMap<>();
    List<Seen> moved = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      if (seen.virtual) {
        continue;
      }
      Stack known = stacks.get(seen.id);
      if (known != null && known.turn().equals(turn(seen, cpu))) {
        next.put(seen.id, known);
      } else {
        moved.add(seen);
      }
    }
    ThreadInfo[] infos =
        ManagementFactory.getThreadMXBean()
            .getThreadInfo(moved.stream().mapToLong(seen -> seen.id).toArray(), DEPTH);
    for (int i = 0; i < infos.length; i++) {
      if (infos[i] != null) {
        String turn = String.valueOf(turn(moved.get(i), cpu));
        next.put(moved.get(i).id, stack(turn, infos[i].getStackTrace()));
      }
    }
    for (Seen seen : waiting) {
      Stalled since = stalled.get(seen.id);
      if (seen.virtual && since != null) {
        Stack known = stacks.get(seen.id);
        next.put(
            seen.id,
            known != null && known.turn().equals(since.turn())
                ? known
                : stack(since.turn(), seen.thread.getStackTrace()));
      }
    }
    stacks = next;
  }

  private static Stack stack(String turn, StackTraceElement[] trace) {
    List<String> classes = new ArrayList<>();
    for (StackTraceElement element : trace) {
      if (element.getMethodName().equals(INITIALIZER)) {
        classes.add(element.getClassName());
      }
    }
    return new Stack(turn, trace.length, classes, Stacks.frames(trace));
  }
}
