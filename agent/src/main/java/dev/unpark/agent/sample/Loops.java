package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds event loops and home-made workers that wait for what stands in their own queue, in pools
 * that are no {@code ExecutorService}.
 *
 * <p>Known by structure, not by name. From a thread that waits a queue is reached along the fields
 * of what it was started to run; the queue holds a task, and the task ends the wait. Where the
 * queue belongs to an object that names the thread as its own ({@code Thread} field), or to the
 * runnable itself, that is an executor with this worker, and with every other thread that has the
 * queue within reach, be it only to fill it. Where the queue is farther away, somebody else may
 * take from it too: then it is a belief.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> nothing unless a thread stands
 * still for something of which it is unknown who could end it; then at most {@value #MOST_WALKS}
 * walks per look, each of at most {@value #MOST_OBJECTS} objects.
 */
final class Loops {
  private static final int MOST_WALKS = 24;
  private static final int MOST_OBJECTS = 2_000;
  private static final int MOST_THREADS = 2_000;
  private static final int NEAR = 600;
  private static final int DEPTH = 6;
  private static final int TASK_DEPTH = 5;

  /** Looks after which a thread that was examined in vain is examined again. */
  private static final int AGAIN_AFTER = 8;

  private final Fields fields = new Fields();
  private final Reach reach = new Reach(fields);
  private final Completions completions = new Completions();
  private final QueueReader queues = new QueueReader();
  private final ThreadMXBean stacks = ManagementFactory.getThreadMXBean();
  private Map<Long, Integer> inVain = new HashMap<>();

  /** What each thread has within reach; made anew for each look. */
  private final Map<Thread, List<Source>> reached = new IdentityHashMap<>();

  /**
   * A queue that a thread may take from.
   *
   * @param holder whose field it is
   * @param own whether the holder is the thread's runnable, or names the thread
   */
  private record Source(Object queue, Object holder, boolean own) {}

  /** Completes the scene with what it finds. */
  void look(Scene scene, List<Thread> threads) {
    reached.clear();
    try {
      lookAt(scene, threads);
    } finally {
      reached.clear();
    }
  }

  private void lookAt(Scene scene, List<Thread> threads) {
    Map<Long, Integer> next = new HashMap<>();
    int walks = 0;
    for (Seen seen : List.copyOf(scene.threads())) {
      Resource resource = scene.waitedFor(seen);
      if (seen.virtual || !seen.still || seen.state != ThreadState.WAITING || !isOpen(resource)) {
        continue;
      }
      int rest = inVain.getOrDefault(seen.id, 0);
      if (rest > 0 || walks >= MOST_WALKS || resource == null) {
        next.put(seen.id, rest - 1);
        continue;
      }
      walks++;
      if (!examine(seen, resource, scene, threads)) {
        next.put(seen.id, AGAIN_AFTER);
      }
    }
    inVain = next;
  }

  private static boolean isOpen(@Nullable Resource resource) {
    return resource != null
        && !Scene.isResolved(resource)
        && resource.kind() != ResourceKind.CONDITION
        && resource.kind() != ResourceKind.QUEUE
        && resource.kind() != ResourceKind.THREAD_END;
  }

  private boolean examine(Seen seen, Resource resource, Scene scene, List<Thread> threads) {
    Object blocker = LockSupport.getBlocker(seen.thread);
    for (Source source : sources(seen.thread)) {
      List<Object> tasks = tasks(source.queue());
      boolean exact = isEndedByOneOf(tasks, blocker, resource.id());
      if (!exact && !isReachedFrom(tasks, blocker, resource.id())) {
        continue;
      }
      Set<Thread> workers = workers(source, seen.thread, threads);
      List<Long> ids = workers.stream().map(ThreadIds::of).toList();
      workers.forEach(scene::addHolder);
      Release release =
          new Release.Believed(
              Set.copyOf(ids), "what may end it is queued where these threads take from");
      if (exact && source.own() && !isRunElsewhere(source, seen.thread, workers, threads)) {
        Pool loop = loop(source, tasks, workers, ids);
        scene.addPool(loop);
        release = new Release.ServedBy(loop.state().id());
      }
      scene.put(
          new Resource(
              resource.id(), resource.kind(), resource.className(), resource.site(), release));
      return true;
    }
    return false;
  }

  private Pool loop(Source source, List<Object> tasks, Set<Thread> workers, List<Long> ids) {
    Object queue = source.queue();
    ExecutorState state =
        new ExecutorState(
            Names.id(queue),
            Frames.namePattern(workers.iterator().next().getName()),
            source.holder().getClass().getName(),
            "",
            ids,
            false,
            ids.size(),
            ids.size(),
            ids.size(),
            tasks.size(),
            queues.capacity(queue),
            0,
            0,
            null);
    return new Pool(source.holder(), queue, () -> tasks, state, List.copyOf(workers));
  }

  /** The queues within reach of a thread, those of its own first. */
  private List<Source> sources(Thread thread) {
    List<Source> known = reached.get(thread);
    if (known == null) {
      known = find(thread);
      reached.put(thread, known);
    }
    return known;
  }

  private List<Source> find(Thread thread) {
    List<Source> own = new ArrayList<>();
    List<Source> others = new ArrayList<>();
    for (Object root : Targets.roots(thread)) {
      if (root instanceof Queue<?>) {
        boolean inThread = Targets.of(thread) == null;
        (inThread ? own : others).add(new Source(root, thread, inThread));
      }
      reach.walk(
          root,
          DEPTH,
          NEAR,
          (object, depth) -> {
            if (object instanceof Queue<?>) {
              return Reach.Next.NO_DEEPER;
            }
            boolean mine = depth == 0 || names(object, thread);
            for (Field field : fields.of(object.getClass())) {
              if (Collection.class.isAssignableFrom(field.getType())
                  && Fields.value(field, object) instanceof Queue<?> queue) {
                (mine ? own : others).add(new Source(queue, object, mine));
              }
            }
            return Reach.Next.DEEPER;
          });
    }
    own.addAll(others);
    return own;
  }

  private boolean names(Object object, Thread thread) {
    for (Field field : fields.of(object.getClass())) {
      if (field.getType() == Thread.class && Fields.value(field, object) == thread) {
        return true;
      }
    }
    return false;
  }

  /** The tasks in a queue of any make: the runnables that are met first from it. */
  private List<Object> tasks(Object queue) {
    List<Object> tasks = new ArrayList<>();
    reach.walk(
        queue,
        MOST_OBJECTS,
        MOST_OBJECTS,
        (object, depth) -> {
          if (depth > 0 && object instanceof Runnable) {
            tasks.add(object);
            return Reach.Next.NO_DEEPER;
          }
          return Reach.Next.DEEPER;
        });
    return tasks;
  }

  private boolean isEndedByOneOf(List<Object> tasks, @Nullable Object blocker, String id) {
    Map<Object, Boolean> ended = new IdentityHashMap<>();
    tasks.forEach(task -> completions.endedBy(task, ended));
    return blocker != null
        ? ended.containsKey(blocker)
        : ended.keySet().stream().anyMatch(object -> Names.id(object).equals(id));
  }

  private boolean isReachedFrom(List<Object> tasks, @Nullable Object blocker, String id) {
    boolean[] found = {false};
    for (Object task : tasks) {
      reach.walk(
          task,
          TASK_DEPTH,
          NEAR,
          (object, depth) -> {
            found[0] = blocker != null ? object == blocker : Names.id(object).equals(id);
            return found[0] ? Reach.Next.STOP : Reach.Next.DEEPER;
          });
      if (found[0]) {
        return true;
      }
    }
    return false;
  }

  /*
   * A thread that runs the same loop without having been started for it, such as main that helps, or
   * a pool's worker, has the queue within reach of its stack alone. It is known by the method in
   * which the loop stands, the one nearest to the beginning of the stuck thread's own stack. One
   * that was started with another runnable of the same class runs that.
   */
  private boolean isRunElsewhere(
      Source source, Thread stuck, Set<Thread> workers, List<Thread> threads) {
    if (names(source.holder(), stuck)) {
      return false;
    }
    if (threads.size() > MOST_THREADS) {
      return true;
    }
    Object started = Targets.of(stuck);
    long[] others =
        threads.stream()
            .filter(other -> !workers.contains(other))
            .filter(other -> !isSameMake(started, Targets.of(other)))
            .mapToLong(ThreadIds::of)
            .toArray();
    String loop = outermost(stuck.getStackTrace());
    for (ThreadInfo info : stacks.getThreadInfo(others, Integer.MAX_VALUE)) {
      if (info != null) {
        for (StackTraceElement frame : info.getStackTrace()) {
          if (name(frame).equals(loop)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isSameMake(@Nullable Object one, @Nullable Object other) {
    return one != null && other != null && one.getClass() == other.getClass();
  }

  private static String outermost(StackTraceElement[] stack) {
    for (int i = stack.length - 1; i >= 0; i--) {
      if (!stack[i].getClassName().equals("java.lang.Thread")) {
        return name(stack[i]);
      }
    }
    return "";
  }

  private static String name(StackTraceElement frame) {
    return frame.getClassName() + "." + frame.getMethodName();
  }

  /** All threads that have the queue within reach: those that only fill it count too. */
  private Set<Thread> workers(Source source, Thread thread, List<Thread> threads) {
    Set<Thread> workers = new LinkedHashSet<>();
    workers.add(thread);
    for (Thread other : threads.subList(0, Math.min(threads.size(), MOST_THREADS))) {
      if (other != thread
          && sources(other).stream().anyMatch(its -> its.queue() == source.queue())) {
        workers.add(other);
      }
    }
    return workers;
  }
}
