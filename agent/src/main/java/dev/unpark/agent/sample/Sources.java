package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The queues from which a thread may take its work, known by structure: those within reach of what
 * it was started to run. An executor that keeps its tasks in nodes of its own stands for its queue.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> a walk over at most {@value #NEAR}
 * objects for each thread asked for, remembered until {@link #forget}.
 */
final class Sources {
  private static final int MOST_THREADS = 2_000;
  private static final int MOST_OBJECTS = 2_000;
  private static final int NEAR = 600;
  private static final int DEPTH = 6;

  /** What runs a thread stands near its beginning. */
  private static final int OWN_DEPTH = 4;

  /** Not a {@code Queue}, though it is one. */
  private static final String TIMER_QUEUE = "java.util.TaskQueue";

  private final Fields fields;
  private final Reach reach;
  private final Map<Thread, List<Source>> reached = new IdentityHashMap<>();

  Sources(Fields fields, Reach reach) {
    this.fields = fields;
    this.reach = reach;
  }

  /**
   * A queue that a thread may take from.
   *
   * @param queue the queue, or the executor that is its own queue
   * @param holder whose field it is
   * @param own whether the holder is the thread's runnable, or names the thread
   */
  record Source(Object queue, Object holder, boolean own) {}

  /** Begins a new look. */
  void forget() {
    reached.clear();
  }

  /** The queues within reach of a thread, those of its own first. */
  List<Source> of(Thread thread) {
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
      if (isQueue(root)) {
        boolean inThread = Targets.of(thread) == null;
        (inThread ? own : others).add(new Source(root, thread, inThread));
      }
      reach.walk(
          root,
          DEPTH,
          NEAR,
          (object, depth) -> {
            if (isQueue(object)) {
              return Reach.Next.NO_DEEPER;
            }
            boolean mine = depth == 0 || names(object, thread);
            for (Field field : fields.of(object.getClass())) {
              if (Collection.class.isAssignableFrom(field.getType())
                  && Fields.value(field, object) instanceof Queue<?> queue
                  && isQueue(queue)) {
                (mine ? own : others).add(new Source(queue, object, mine));
              }
            }
            Object executor = depth <= OWN_DEPTH ? executorOf(object) : null;
            if (executor != null) {
              others.add(new Source(executor, executor, false));
            }
            return Reach.Next.DEEPER;
          });
    }
    own.addAll(others);
    return own;
  }

  /**
   * The executor whose worker that object is, where it keeps its tasks in no queue but in nodes of
   * its own: it is a runnable nested in the executor's class.
   */
  private @Nullable Object executorOf(Object object) {
    if (object instanceof Runnable) {
      for (Field field : fields.of(object.getClass())) {
        Object executor = Fields.value(field, object);
        if (executor instanceof Executor
            && isNestedIn(object.getClass(), executor.getClass())
            && !hasQueue(executor)) {
          return executor;
        }
      }
    }
    return null;
  }

  private static boolean isNestedIn(Class<?> type, Class<?> executor) {
    for (Class<?> at = executor; at != null; at = at.getSuperclass()) {
      if (at != type && at.getNestHost() == type.getNestHost()) {
        return true;
      }
    }
    return false;
  }

  private boolean hasQueue(Object executor) {
    for (Field field : fields.of(executor.getClass())) {
      Object value = Fields.value(field, executor);
      if (value != null && isQueue(value)) {
        return true;
      }
    }
    return false;
  }

  /** Not so what only passes for one, as subscriptions of reactive libraries do. */
  static boolean isQueue(Object object) {
    return object instanceof Queue<?>
            && (object instanceof AbstractCollection<?>
                || object.getClass().getClassLoader() == null)
        || object.getClass().getName().equals(TIMER_QUEUE);
  }

  /** Whether the object names the thread as its own. */
  boolean names(Object object, Thread thread) {
    for (Field field : fields.of(object.getClass())) {
      if (field.getType() == Thread.class && Fields.value(field, object) == thread) {
        return true;
      }
    }
    return false;
  }

  /**
   * The tasks in a queue of any make: the runnables that are met first from it. What another
   * executor has, to which this one passes its tasks on, is not in it.
   */
  List<Object> tasks(Object queue) {
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
          return depth > 0 && object instanceof Executor ? Reach.Next.NO_DEEPER : Reach.Next.DEEPER;
        });
    return tasks;
  }

  /** All threads that have the queue within reach: those that only fill it count too. */
  Set<Thread> workers(Source source, Thread thread, List<Thread> threads) {
    Set<Thread> workers = new LinkedHashSet<>();
    workers.add(thread);
    for (Thread other : threads.subList(0, Math.min(threads.size(), MOST_THREADS))) {
      if (other != thread && of(other).stream().anyMatch(its -> its.queue() == source.queue())) {
        workers.add(other);
      }
    }
    return workers;
  }
}
