package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that wait for a class which another thread initialises.
 *
 * <p>Such a wait happens inside the JVM: it is called runnable, no monitor and no blocker tells of
 * it. It shows in this: the thread runs no native code and yet uses no processor time, look after
 * look. Which class it waits for the JVM does not say, only which threads initialise classes: those
 * with {@code <clinit>} on their stacks. One of the others it must be.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> nothing as long as every thread
 * that seems to run does so. Otherwise the stacks of all threads are taken once, and after that of
 * those that have moved.
 */
final class ClassInits {
  private static final String INITIALIZER = "<clinit>";
  private static final String NATIVE = "(Native Method)";

  /** Deep enough for what a static initialiser may call. */
  private static final int DEPTH = 512;

  /** A thread that has not had the processor for so long, in nanoseconds, does not want it. */
  private static final long STILL_NANOS = 450_000_000L;

  private Map<Long, Stalled> stalled = new HashMap<>();
  private Map<Long, Stack> stacks = new HashMap<>();

  /** Since when a thread runs without using the processor. */
  private record Stalled(String turn, long sinceNanos) {}

  /**
   * What a thread initialises.
   *
   * @param turn tells whether the thread has moved since the stack was taken
   * @param classes outermost last
   */
  private record Stack(String turn, List<String> classes, List<String> frames) {}

  /** Puts those waits into the scene. */
  void look(Scene scene, CpuTimes cpu, long nanosNow, boolean virtualThreads) {
    Map<Long, Stalled> next = new HashMap<>();
    List<Seen> waiting = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      if (!seen.virtual && seen.state == ThreadState.RUNNABLE && !seen.inNative) {
        String turn = turn(seen, cpu);
        Stalled before = stalled.get(seen.id);
        boolean still = before != null && before.turn().equals(turn);
        next.put(seen.id, still && before != null ? before : new Stalled(turn, nanosNow));
        if (still) {
          waiting.add(seen);
        }
      }
    }
    stalled = next;
    if (waiting.isEmpty()) {
      stacks = new HashMap<>();
      return;
    }
    takeStacks(scene, cpu);
    for (Seen seen : waiting) {
      Stalled since = stalled.get(seen.id);
      boolean sure = since != null && nanosNow - since.sinceNanos() >= STILL_NANOS;
      setWait(seen, sure ? "c" + turn(seen, cpu) : "", scene, virtualThreads);
    }
  }

  private static String turn(Seen seen, CpuTimes cpu) {
    return cpu.of(seen.id) + ":" + seen.counts;
  }

  private void setWait(Seen seen, String turn, Scene scene, boolean virtualThreads) {
    Stack own = stacks.get(seen.id);
    if (own == null || own.frames().isEmpty() || own.frames().get(0).endsWith(NATIVE)) {
      return; // The JVM's own threads wait in native methods of their own.
    }
    Map<Long, List<String>> others = new LinkedHashMap<>();
    stacks.forEach(
        (thread, stack) -> {
          if (thread != seen.id && !stack.classes().isEmpty()) {
            others.put(thread, stack.classes());
          }
        });
    if (others.isEmpty()) {
      return;
    }
    seen.stack = own.frames();
    String awaited = others.values().iterator().next().get(0);
    scene.setWait(
        seen,
        scene.put(
            new Resource(
                "class-initialization of " + String.join(", ", firstOfEach(others)),
                ResourceKind.CLASS_INITIALIZATION,
                others.size() == 1 ? awaited : "java.lang.Class",
                "",
                release(others.keySet(), virtualThreads))),
        turn);
  }

  private static List<String> firstOfEach(Map<Long, List<String>> classes) {
    return classes.values().stream().map(list -> list.get(0)).distinct().sorted().toList();
  }

  /** A virtual thread may initialise classes too, and is not asked for its stack. */
  private static Release release(Set<Long> initialisers, boolean virtualThreads) {
    if (virtualThreads) {
      return new Release.Believed(initialisers, "it initialises a class");
    }
    return initialisers.size() == 1
        ? new Release.AllOf(initialisers)
        : new Release.AnyOf(initialisers);
  }

  private void takeStacks(Scene scene, CpuTimes cpu) {
    Map<Long, Stack> next = new HashMap<>();
    List<Seen> moved = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      if (!seen.virtual) {
        Stack known = stacks.get(seen.id);
        if (known != null && known.turn().equals(turn(seen, cpu))) {
          next.put(seen.id, known);
        } else {
          moved.add(seen);
        }
      }
    }
    ThreadInfo[] infos =
        ManagementFactory.getThreadMXBean()
            .getThreadInfo(moved.stream().mapToLong(seen -> seen.id).toArray(), DEPTH);
    for (int i = 0; i < infos.length; i++) {
      Stack stack = stack(turn(moved.get(i), cpu), infos[i]);
      if (stack != null) {
        next.put(moved.get(i).id, stack);
      }
    }
    stacks = next;
  }

  private static @Nullable Stack stack(String turn, @Nullable ThreadInfo info) {
    if (info == null) {
      return null;
    }
    List<String> classes = new ArrayList<>();
    for (StackTraceElement element : info.getStackTrace()) {
      if (element.getMethodName().equals(INITIALIZER)) {
        classes.add(element.getClassName());
      }
    }
    return new Stack(turn, classes, Stacks.frames(info.getStackTrace()));
  }
}
