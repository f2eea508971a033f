package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.FailureTable;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits that were to be ended by a task or thread which an exception has ended first.
 *
 * <p>What a task was made with, it was made to use: the latch that a lambda has captured, the
 * future that a runnable has as a field. Only that counts, not what lies behind it. Where the task
 * failed, and neither a thread that was started with the same thing, nor a queued task that has it,
 * nor a thread that does the same kind of work is left, nobody is known who could end a wait for
 * it.
 *
 * <p><b>Threading:</b> the sampler's thread alone, but for {@link #workOf}. <b>When full:</b> the
 * last {@value #MOST} failures are remembered. Nothing is kept alive by it.
 */
public final class Failures {
  private static final int MOST = 256;
  private static final int MOST_WAITS = 24;

  private static final Peek CALLABLE = Peek.at(FutureTask.class, "callable");

  private final Reach reach = new Reach(new Fields());
  private final Completions completions = new Completions();
  private final Makings makings = new Makings(completions);
  private final Deque<Failure> known = new ArrayDeque<>();

  /**
   * A task or thread that has failed.
   *
   * @param made what it was made with
   * @param kind what class it was of
   * @param pool id of the executor that ran it, or empty
   * @param who who failed, and how, as a clause
   */
  private record Failure(
      List<WeakReference<Object>> made, Class<?> kind, String pool, String who) {}

  Failures() {}

  /**
   * What a {@code FutureTask} or a thread was made to run, or null. Any thread; reads two fields.
   */
  public static @Nullable Object workOf(Object failed) {
    return failed instanceof Thread thread ? Targets.of(thread) : CALLABLE.of(failed);
  }

  /** Completes the scene with what it finds. */
  void look(Scene scene, List<Thread> threads) {
    takeIn(scene);
    if (known.isEmpty()) {
      return;
    }
    Map<Seen, Failure> orphans = new IdentityHashMap<>();
    Set<Object> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (resource == null
          || seen.virtual
          || !seen.still
          || seen.state != ThreadState.WAITING
          || Scene.isResolved(resource)
          || !isSignal(resource.kind())
          || orphans.size() >= MOST_WAITS) {
        continue;
      }
      Object blocker = LockSupport.getBlocker(seen.thread);
      Failure failure = failureOf(blocker, resource);
      if (failure != null) {
        orphans.put(seen, failure);
        if (blocker != null) {
          wanted.add(blocker);
        }
      }
    }
    if (orphans.isEmpty()) {
      return;
    }
    Bystanders bystanders = new Bystanders(reach, threads, scene, wanted);
    orphans.forEach(
        (seen, failure) -> {
          Resource resource = scene.waitedFor(seen);
          if (resource != null
              && bystanders.with(LockSupport.getBlocker(seen.thread), resource.id()).isEmpty()
              && !doesTheSame(failure, resource, scene, threads)) {
            scene.put(
                new Resource(
                    resource.id(),
                    resource.kind(),
                    resource.className(),
                    resource.site(),
                    new Release.Believed(Set.of(), failure.who())));
          }
        });
  }

  private static boolean isSignal(ResourceKind kind) {
    return switch (kind) {
      case LATCH, BARRIER, FUTURE, SEMAPHORE, NOTIFICATION, CONDITION -> true;
      case MONITOR,
          CLASS_INITIALIZATION,
          REENTRANT_LOCK,
          READ_WRITE_LOCK,
          STAMPED_LOCK,
          SYNCHRONIZER,
          QUEUE,
          THREAD_END,
          CONNECTION_POOL,
          REMOTE,
          OTHER ->
          false;
    };
  }

  private void takeIn(Scene scene) {
    known.removeIf(failure -> failure.made().stream().allMatch(made -> made.refersTo(null)));
    for (int row = 0; row < FailureTable.CAPACITY; row++) {
      Object[] failure = FailureTable.take(row);
      if (failure != null && failure[FailureTable.THREAD] instanceof Thread thread) {
        Object work = completions.innermost(failure[FailureTable.WORK]);
        List<WeakReference<Object>> made =
            makings.of(work).stream().map(WeakReference<Object>::new).toList();
        if (!made.isEmpty() && !VirtualThreads.isVirtual(thread)) {
          if (known.size() == MOST) {
            known.removeFirst();
          }
          known.addLast(
              new Failure(
                  made,
                  work.getClass(),
                  poolOf(thread, scene),
                  "%s%s had it at hand, and ended with %s"
                      .formatted(
                          failure[FailureTable.WORK] instanceof Callable ? "a task of " : "",
                          thread.getName(),
                          failure[FailureTable.EXCEPTION])));
        }
      }
    }
  }

  private static String poolOf(Thread thread, Scene scene) {
    for (Pool pool : scene.pools()) {
      if (pool.threads().contains(thread)) {
        return pool.state().id();
      }
    }
    return "";
  }

  private @Nullable Failure failureOf(@Nullable Object blocker, Resource resource) {
    for (Failure failure : known) {
      for (WeakReference<Object> reference : failure.made()) {
        Object made = reference.get();
        if (made != null
            && (blocker == null ? isNamed(made, resource) : makings.ends(made, blocker))) {
          return failure;
        }
      }
    }
    return null;
  }

  private static boolean isNamed(Object made, Resource resource) {
    return made.getClass().getName().equals(resource.className())
        && Names.id(made).equals(resource.id());
  }

  /**
   * Whether a thread is left that may have been made with the same: it works for the same pool, or
   * was started with a runnable of the same class.
   */
  private static boolean doesTheSame(
      Failure failure, Resource resource, Scene scene, List<Thread> threads) {
    Pool pool = scene.pool(failure.pool());
    if (pool != null) {
      long waiting =
          pool.state().workers().stream()
              .map(scene::thread)
              .filter(worker -> worker != null && resource.id().equals(worker.resource))
              .count();
      boolean mayRun = pool.state().mayGrow() || pool.state().workers().size() > waiting;
      return pool.state().active() > waiting || pool.state().queued() > 0 && mayRun;
    }
    for (Thread thread : threads) {
      Seen seen = scene.thread(ThreadIds.of(thread));
      Object runs = Targets.of(thread);
      if (runs != null
          && runs.getClass() == failure.kind()
          && (seen == null || !resource.id().equals(seen.resource))) {
        return true;
      }
    }
    return false;
  }
}
