package dev.unpark.agent.sample;

import dev.unpark.agent.sample.Sources.Source;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds pools, event loops and home-made workers that wait for what stands in their own queue, or
 * in each other's, be they an {@code ExecutorService} or not.
 *
 * <p>A queue holds a task, and the task ends the wait. Loops are known by structure, not by name:
 * from a thread that waits a queue is reached along the fields of what it was started to run. Where
 * the queue belongs to an object that names the thread as its own ({@code Thread} field), or to the
 * runnable itself, and a task there completes what is waited for, that is an executor with this
 * worker, and with every other thread that has the queue within reach, be it only to fill it. Where
 * the queue is farther away, or the task only has at hand what is waited for, somebody else may end
 * the wait too: then it is a belief.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> nothing unless a thread stands
 * still for something of which it is unknown who could end it; then at most {@value #MOST_WALKS}
 * walks per look.
 */
final class Loops {
  private static final int MOST_WALKS = 24;
  private static final int MOST_WORKS = 48;
  private static final int MOST_THREADS = 2_000;

  /** So many tasks of one kind tell that it is a gate. */
  private static final int MOST_AT_GATE = 20;

  private static final String WHY = "what may end it is queued where these threads take from";

  /** A thread that was examined in vain many times is examined at every such look. */
  private static final int LEAST_OFTEN = 8;

  private final Fields fields = new Fields();
  private final Reach reach = new Reach(fields);
  private final Completions completions = new Completions();
  private final Sources sources = new Sources(fields, reach);
  private final QueueReader queues = new QueueReader();
  private final ThreadMXBean stacks = ManagementFactory.getThreadMXBean();

  /*
   * For each thread that was examined in vain, at every how many looks it is examined again: a power
   * of two, and all by one count of looks. Two loops that wait for each other are known only by a look
   * that walks from both, so they must not rest in turns.
   */
  private Map<Long, Integer> inVain = new HashMap<>();

  private long looks;

  /**
   * A queue whose tasks nobody takes as it looks.
   *
   * @param pool the executor that it belongs to, or null when structure alone tells
   * @param source where it was found, or null for a known executor
   * @param thread who waits and has it within reach, or null for a known executor
   */
  private record Work(
      @Nullable Pool pool,
      @Nullable Source source,
      @Nullable Thread thread,
      List<Object> tasks,
      @Nullable Outcomes outcomes) {}

  /**
   * A wait, and the queues in which stands what may end it.
   *
   * @param waiter id of the thread that waits
   * @param blocker what is waited for, or null where only its class and hash are known
   * @param certain whether the tasks there complete it
   */
  private record Match(
      long waiter,
      Resource resource,
      @Nullable Object blocker,
      List<Work> works,
      boolean certain) {}

  /** Completes the scene with what it finds. */
  void look(Scene scene, List<Thread> threads) {
    sources.forget();
    try {
      lookAt(scene, threads);
    } finally {
      sources.forget();
    }
  }

  private void lookAt(Scene scene, List<Thread> threads) {
    List<Seen> walkers = new ArrayList<>();
    List<Seen> open = new ArrayList<>();
    Map<Long, Integer> next = new HashMap<>();
    looks++;
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (seen.virtual
          || !seen.still
          || seen.state != ThreadState.WAITING
          || resource == null
          || !isOpen(resource)) {
        continue;
      }
      int every = inVain.getOrDefault(seen.id, 1);
      if (looks % every != 0) {
        next.put(seen.id, every);
      } else if (resource.kind() == ResourceKind.CONDITION) {
        open.add(seen);
      } else if (walkers.size() < MOST_WALKS) {
        walkers.add(seen);
        open.add(seen);
      }
    }
    Map<Long, Integer> before = inVain;
    List<Match> matches = new ArrayList<>();
    if (!open.isEmpty()) {
      List<Work> works = works(walkers, scene);
      for (Seen seen : open) {
        Match match = match(seen, works, scene);
        if (match == null) {
          next.put(seen.id, lessOften(before, seen.id));
        } else {
          matches.add(match);
        }
      }
    }
    inVain = next;
    matches.addAll(served(scene));
    if (matches.isEmpty()) {
      return;
    }
    Bystanders bystanders = new Bystanders(reach, threads, scene, blockers(matches));
    for (Match match : matches) {
      if (!settle(match, bystanders, scene, threads)) {
        next.put(match.waiter(), lessOften(before, match.waiter()));
      }
    }
  }

  private static int lessOften(Map<Long, Integer> before, long thread) {
    return Math.min(2 * before.getOrDefault(thread, 1), LEAST_OFTEN);
  }

  private static Set<Object> blockers(List<Match> matches) {
    Set<Object> blockers = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Match match : matches) {
      if (match.blocker() != null) {
        blockers.add(match.blocker());
      }
    }
    return blockers;
  }

  /** Waits that an executor is known to end: unless somebody else has at hand what they are for. */
  private static List<Match> served(Scene scene) {
    List<Match> served = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (seen.still
          && resource != null
          && resource.release() instanceof Release.ServedBy by
          && served.size() < MOST_WALKS) {
        Pool pool = scene.pool(by.executor());
        Object blocker = LockSupport.getBlocker(seen.thread);
        if (pool != null && blocker != null && allStand(pool, scene)) {
          served.add(
              new Match(
                  seen.id,
                  resource,
                  blocker,
                  List.of(new Work(pool, null, null, List.of(), null)),
                  true));
        }
      }
    }
    return served;
  }

  /** Whether nobody knows who could end such a wait, and a task might. */
  private static boolean isOpen(Resource resource) {
    return !Scene.isResolved(resource)
        && switch (resource.kind()) {
          case LATCH, BARRIER, FUTURE, SEMAPHORE, SYNCHRONIZER, NOTIFICATION, CONDITION, OTHER ->
              true;
          case MONITOR,
              CLASS_INITIALIZATION,
              REENTRANT_LOCK,
              READ_WRITE_LOCK,
              STAMPED_LOCK,
              QUEUE,
              THREAD_END,
              CONNECTION_POOL,
              REMOTE ->
              false;
        };
  }

  /** Queues of executors without a free worker, then those within reach of who waits. */
  private List<Work> works(List<Seen> walkers, Scene scene) {
    List<Work> works = new ArrayList<>();
    Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Pool pool : scene.pools()) {
      known.add(pool.queue());
      known.add(pool.executor());
      ExecutorState state = pool.state();
      if (state.queued() > 0 && !state.mayGrow() && allStand(pool, scene)) {
        List<Object> tasks = pool.tasks().get();
        works.add(new Work(pool, null, null, tasks, outcomes(tasks)));
      }
    }
    for (Seen seen : walkers) {
      for (Source source : sources.of(seen.thread)) {
        if (works.size() < MOST_WORKS && known.add(source.queue())) {
          List<Object> tasks = sources.tasks(source.queue());
          if (!tasks.isEmpty()) {
            works.add(new Work(null, source, seen.thread, tasks, outcomes(tasks)));
          }
        }
      }
    }
    return works;
  }

  /** Whether none of its workers does anything: most pools that are busy end here. */
  private static boolean allStand(Pool pool, Scene scene) {
    for (long worker : pool.state().workers()) {
      Seen seen = scene.thread(worker);
      if (seen == null || !seen.still || seen.state == ThreadState.TIMED_WAITING) {
        return false;
      }
    }
    return pool.state().active() >= pool.state().workers().size();
  }

  private Outcomes outcomes(List<Object> tasks) {
    return Outcomes.of(tasks, completions, reach);
  }

  private @Nullable Match match(Seen seen, List<Work> works, Scene scene) {
    Resource resource = scene.waitedFor(seen);
    if (resource == null) {
      return null;
    }
    Object blocker = LockSupport.getBlocker(seen.thread);
    List<Work> matching = new ArrayList<>();
    boolean certain = true;
    for (Work work : works) {
      Outcomes outcomes = work.outcomes();
      Outcomes.Match match =
          outcomes == null ? Outcomes.Match.NONE : outcomes.match(blocker, resource);
      if (match != Outcomes.Match.NONE
          && !(match == Outcomes.Match.MAY && isGate(resource, blocker, work))) {
        certain &= match == Outcomes.Match.MUST;
        matching.add(work);
      }
    }
    return matching.isEmpty() ? null : new Match(seen.id, resource, blocker, matching, certain);
  }

  private boolean settle(Match match, Bystanders bystanders, Scene scene, List<Thread> threads) {
    Set<Long> ids = new HashSet<>();
    boolean certain = match.certain() && match.works().size() == 1;
    Pool last = null;
    for (Work work : match.works()) {
      Set<Thread> workers = workers(work, threads);
      if (isRunElsewhere(work, workers, threads)) {
        return false;
      }
      workers.forEach(scene::addHolder);
      last = work.pool() == null ? loop(work, workers, scene) : work.pool();
      ids.addAll(last.state().workers());
      certain &= work.source() == null || work.source().own();
    }
    for (Thread other : bystanders.with(match.blocker(), match.resource().id())) {
      if (!certain || last == null || !standsBehind(other, last, scene)) {
        certain &= !ids.add(ThreadIds.of(other));
        scene.addHolder(other);
      }
    }
    Resource resource = match.resource();
    Release release =
        certain && last != null
            ? new Release.ServedBy(last.state().id())
            : new Release.Believed(ids, WHY);
    scene.put(
        new Resource(
            resource.id(), resource.kind(), resource.className(), resource.site(), release));
    return true;
  }

  /** Whether that thread waits for this pool itself, and so cannot act before it does. */
  private static boolean standsBehind(Thread thread, Pool pool, Scene scene) {
    Seen seen = scene.thread(ThreadIds.of(thread));
    Resource resource = seen == null ? null : scene.waitedFor(seen);
    return seen != null
        && seen.still
        && seen.state == ThreadState.WAITING
        && resource != null
        && resource.release() instanceof Release.ServedBy by
        && by.executor().equals(pool.state().id());
  }

  /*
   * Many tasks of one kind that have the same latch at hand stand at a gate, or will, and somebody
   * else opens it: so load tests begin.
   */
  private boolean isGate(Resource resource, @Nullable Object latch, Work work) {
    if (resource.kind() != ResourceKind.LATCH && resource.kind() != ResourceKind.SEMAPHORE) {
      return false;
    }
    Set<Class<?>> kinds = new HashSet<>();
    int count = 0;
    for (Object task : work.tasks()) {
      if (count < MOST_AT_GATE
          && outcomes(List.of(task)).match(latch, resource) != Outcomes.Match.NONE) {
        kinds.add(completions.innermost(task).getClass());
        count++;
      }
    }
    return count > 1 && kinds.size() == 1;
  }

  private Set<Thread> workers(Work work, List<Thread> threads) {
    Source source = work.source();
    Thread thread = work.thread();
    return source == null || thread == null ? Set.of() : sources.workers(source, thread, threads);
  }

  /** Adds the loop to the scene, once. */
  private Pool loop(Work work, Set<Thread> workers, Scene scene) {
    Source source = Objects.requireNonNull(work.source());
    Object queue = source.queue();
    String id = Names.id(queue);
    Pool known = scene.pool(id);
    if (known != null) {
      return known;
    }
    List<Long> ids = workers.stream().map(ThreadIds::of).toList();
    ExecutorState state =
        new ExecutorState(
            id,
            Frames.namePattern(workers.iterator().next().getName()),
            source.holder().getClass().getName(),
            "",
            ids,
            false,
            ids.size(),
            ids.size(),
            ids.size(),
            work.tasks().size(),
            queues.capacity(queue),
            0,
            0,
            null);
    Pool loop = new Pool(source.holder(), queue, work::tasks, state, List.copyOf(workers));
    scene.addPool(loop);
    return loop;
  }

  /*
   * A thread that runs the same loop without having been started for it, such as main that helps, or
   * a pool's worker, has the queue within reach of its stack alone. It is known by the method in
   * which the loop stands, the one nearest to the beginning of the stuck thread's own stack. One
   * that was started with another runnable of the same class runs that.
   */
  private boolean isRunElsewhere(Work work, Set<Thread> workers, List<Thread> threads) {
    Source source = work.source();
    Thread stuck = work.thread();
    if (source == null || stuck == null || sources.names(source.holder(), stuck)) {
      return false;
    }
    if (threads.size() > MOST_THREADS) {
      return true;
    }
    long[] others =
        threads.stream()
            .filter(other -> !workers.contains(other) && !isSameMake(stuck, other))
            .mapToLong(ThreadIds::of)
            .toArray();
    ThreadInfo own = stacks.getThreadInfo(ThreadIds.of(stuck), Integer.MAX_VALUE);
    String loop = own == null ? "" : outermost(own.getStackTrace());
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

  private static boolean isSameMake(Thread one, Thread other) {
    Object runs = Targets.of(one);
    Object itsRuns = Targets.of(other);
    return runs == null && itsRuns == null
        ? one.getClass() == other.getClass()
        : runs != null && itsRuns != null && runs.getClass() == itsRuns.getClass();
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
}
