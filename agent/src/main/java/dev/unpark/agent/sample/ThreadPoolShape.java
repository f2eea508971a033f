package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The fields by which an executor is known as one that is made like {@code ThreadPoolExecutor}: the
 * JDK's own, and the copies of it that servers carry (Tomcat's), whatever they are called.
 */
record ThreadPoolShape(
    Peek control,
    Peek workers,
    Peek workQueue,
    Peek completedTasks,
    Peek core,
    Peek maximum,
    Peek threadOfWorker,
    Peek completedByWorker) {
  private static final Peek WORKERS_POOL =
      Peek.at(ThreadPoolExecutor.class.getName() + "$Worker", "this$0");

  /** Reads shapes, and remembers what it found; the sampler's thread alone. */
  static final class Reader {
    private final ThreadPoolShape jdk = of(ThreadPoolExecutor.class);

    /** Which class of workers belongs to a pool; false keeps others from being looked at again. */
    private final Map<Class<?>, Boolean> workerClasses = new WeakHashMap<>();

    /** The pool whose worker that runnable is, or null. */
    @Nullable Object poolOf(@Nullable Object runnable) {
      if (runnable == null || WORKERS_POOL.fits(runnable)) {
        return WORKERS_POOL.of(runnable);
      }
      Class<?> type = runnable.getClass();
      if (!workerClasses.computeIfAbsent(type, Reader::isWorker)) {
        return null;
      }
      return Peek.at(type, "this$0").of(runnable);
    }

    private static boolean isWorker(Class<?> type) {
      Class<?> outer = type.getEnclosingClass();
      return outer != null
          && !Peek.at(type, "this$0").missing()
          && !Peek.at(type, "thread").missing()
          && isPool(outer);
    }

    /** The shape of that executor, or null when it is not of this kind. */
    @Nullable ThreadPoolShape of(Object executor) {
      if (executor instanceof ThreadPoolExecutor) {
        return jdk;
      }
      for (Class<?> type = executor.getClass(); type != null; type = type.getSuperclass()) {
        if (isPool(type)) {
          return of(type);
        }
      }
      return null;
    }

    private static boolean isPool(Class<?> type) {
      return has(type, "ctl", AtomicInteger.class)
          && has(type, "workers", Set.class)
          && has(type, "workQueue", BlockingQueue.class);
    }

    private static boolean has(Class<?> type, String name, Class<?> fieldType) {
      try {
        Field field = type.getDeclaredField(name);
        return fieldType.isAssignableFrom(field.getType());
      } catch (NoSuchFieldException | LinkageError other) {
        return false;
      }
    }

    private static ThreadPoolShape of(Class<?> type) {
      Class<?> worker = workerOf(type);
      return new ThreadPoolShape(
          Peek.at(type, "ctl"),
          Peek.at(type, "workers"),
          Peek.at(type, "workQueue"),
          Peek.at(type, "completedTaskCount"),
          Peek.at(type, "corePoolSize"),
          Peek.at(type, "maximumPoolSize"),
          Peek.at(worker, "thread"),
          Peek.at(worker, "completedTasks"));
    }

    private static Class<?> workerOf(Class<?> type) {
      for (Class<?> inner : type.getDeclaredClasses()) {
        if (inner.getSimpleName().equals("Worker")) {
          return inner;
        }
      }
      return Object.class;
    }
  }
}
