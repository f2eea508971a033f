package dev.unpark.diagnosis;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds observations for tests, thread by thread, as one would tell what was seen. */
public final class Scene {
  public static final JvmIdentity JVM = new JvmIdentity("shop", "shop-7", 4711, "25.0.3");
  public static final Instant START = Instant.parse("2026-01-31T03:12:07Z");

  private final Map<Long, ObservedThread> threads = new LinkedHashMap<>();
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final List<ExecutorState> executors = new ArrayList<>();
  private final List<Occurrence> occurrences = new ArrayList<>();
  private @Nullable VirtualScheduler scheduler;
  private JvmIdentity jvm = JVM;
  private boolean dumped;

  /** Something has happened that keeps no thread waiting. */
  public Scene happened(Occurrence occurrence) {
    occurrences.add(occurrence);
    return this;
  }

  /** A thread that runs. */
  public Scene runs(long id, String name) {
    threads.put(
        id,
        ObservedThread.live(
            id, name, false, ThreadState.RUNNABLE, null, List.of("shop.Work.run(Work.java:7)")));
    return this;
  }

  /** A thread that runs at the given frames, innermost first. */
  public Scene runs(long id, String name, String... stack) {
    threads.put(
        id, ObservedThread.live(id, name, false, ThreadState.RUNNABLE, null, Arrays.asList(stack)));
    return this;
  }

  /** A thread that waits for a time to pass, and for nothing else. */
  public Scene rests(long id, String name, String... stack) {
    threads.put(
        id,
        ObservedThread.live(
            id, name, false, ThreadState.TIMED_WAITING, null, Arrays.asList(stack)));
    return this;
  }

  /** A thread that waits without a timeout, in turn 1, at {@code shop.Bank.move}. */
  public Scene waits(long id, String name, String resource) {
    return waits(id, name, resource, "1", false, "shop.Bank.move(Bank.java:31)");
  }

  public Scene waits(
      long id, String name, String resource, String turn, boolean timed, String... stack) {
    ThreadState state = timed ? ThreadState.TIMED_WAITING : ThreadState.WAITING;
    Wait wait = new Wait(resource, timed, turn, null);
    threads.put(id, ObservedThread.live(id, name, false, state, wait, Arrays.asList(stack)));
    return this;
  }

  /** A thread in blocking input that the JVM calls runnable. */
  public Scene reads(long id, String name, String place) {
    List<String> stack = List.of("sun.nio.ch.SocketDispatcher.read0(SocketDispatcher.java)", place);
    threads.put(id, ObservedThread.live(id, name, false, ThreadState.RUNNABLE, null, stack));
    return this;
  }

  /** A thread that runs, in these frames, and has used so much processor time. */
  public Scene used(long id, String name, long cpuNanos, String... stack) {
    return thread(
        ObservedThread.live(id, name, false, ThreadState.RUNNABLE, null, Arrays.asList(stack))
            .with(new ThreadTraits(0, false, cpuNanos, ThreadTraits.NO_CARRIER)));
  }

  /** A thread that waits for nothing that was seen. */
  public Scene stands(long id, String name, ThreadState state, String... stack) {
    return thread(ObservedThread.live(id, name, false, state, null, Arrays.asList(stack)));
  }

  /** A thread that is blocked before, or waits for, a resource; in turn 1. */
  public Scene waitsAs(long id, String name, ThreadState state, String resource, String... stack) {
    Wait wait = new Wait(resource, state == ThreadState.TIMED_WAITING, "1", null);
    return thread(ObservedThread.live(id, name, false, state, wait, Arrays.asList(stack)));
  }

  /** A virtual thread on that carrier. */
  public Scene mounted(long id, ThreadState state, long carrier, String... stack) {
    return thread(
        ObservedThread.live(id, "", true, state, null, Arrays.asList(stack))
            .with(ThreadTraits.mountedOn(carrier)));
  }

  public Scene thread(ObservedThread thread) {
    threads.put(thread.id(), thread);
    return this;
  }

  /** A {@code ReentrantLock} that these threads hold; none means that it is free. */
  public Scene lock(String id, long... owners) {
    return resource(
        id,
        ResourceKind.REENTRANT_LOCK,
        "java.util.concurrent.locks.ReentrantLock",
        new Release.AllOf(ids(owners)));
  }

  public Scene monitor(String id, String className, long... owners) {
    return resource(id, ResourceKind.MONITOR, className, new Release.AllOf(ids(owners)));
  }

  public Scene readWriteLock(String id, long... holders) {
    return resource(
        id,
        ResourceKind.READ_WRITE_LOCK,
        "java.util.concurrent.locks.ReentrantReadWriteLock",
        new Release.AllOf(ids(holders)));
  }

  public Scene semaphore(String id, long... holders) {
    return resource(
        id,
        ResourceKind.SEMAPHORE,
        "java.util.concurrent.Semaphore",
        new Release.AnyOf(ids(holders)));
  }

  /** A condition that, as is believed, only these threads signal. */
  public Scene condition(String id, long... signallers) {
    return resource(
        id,
        ResourceKind.CONDITION,
        "java.util.concurrent.locks.AbstractQueuedSynchronizer.ConditionObject",
        new Release.Believed(ids(signallers), "it signalled this condition before"));
  }

  /** Something of which only these threads are believed to end a wait. */
  public Scene believed(String id, ResourceKind kind, long... enders) {
    return resource(id, kind, "shop.Thing", new Release.Believed(ids(enders), "it did so before"));
  }

  public Scene unknown(String id, ResourceKind kind) {
    return resource(id, kind, "shop.Thing", new Release.Unknown());
  }

  /** A future whose task is queued in an executor. */
  public Scene queuedFuture(String id, String executor) {
    return resource(
        id, ResourceKind.FUTURE, "java.util.concurrent.FutureTask", new Release.ServedBy(executor));
  }

  public Scene resource(String id, ResourceKind kind, String className, Release release) {
    resources.put(id, new Resource(id, kind, className, "", release));
    return this;
  }

  /** A fixed pool without bounds to its queue, all of whose workers are busy. */
  public Scene pool(String id, String name, int queued, long completed, long... workers) {
    return pool(id, name, false, queued, completed, 0, workers);
  }

  public Scene pool(
      String id,
      String name,
      boolean mayGrow,
      int queued,
      long completed,
      long rejected,
      long... workers) {
    executors.add(
        new ExecutorState(
            id,
            name,
            "java.util.concurrent.ThreadPoolExecutor",
            "shop.Shop.<init>(Shop.java:12)",
            List.copyOf(ids(workers)),
            mayGrow,
            workers.length,
            workers.length,
            workers.length,
            queued,
            ExecutorState.UNBOUNDED,
            completed,
            rejected,
            null));
    return this;
  }

  /** As a dump shows it, which is all that its reader has; otherwise this is a live look. */
  public Scene inDump() {
    dumped = true;
    return this;
  }

  /** Seen in a process of that id instead of {@link #JVM}'s. */
  public Scene inProcess(long pid) {
    jvm = new JvmIdentity(JVM.service(), JVM.instance(), pid, JVM.jdk());
    return this;
  }

  /** The scheduler of virtual threads, as far as it is known. */
  public Scene scheduler(int parallelism, int queued) {
    scheduler =
        new VirtualScheduler(
            parallelism, VirtualScheduler.UNKNOWN, VirtualScheduler.UNKNOWN, queued);
    return this;
  }

  /** What was seen, so many milliseconds after the start. */
  public Observation at(long millis) {
    List<ObservedThread> seen = new ArrayList<>();
    for (ObservedThread thread : threads.values()) {
      seen.add(dumped ? printed(thread, seen.size() + 1) : thread);
    }
    return new Observation(
        jvm,
        START.plusMillis(millis),
        seen,
        List.copyOf(resources.values()),
        executors,
        List.of(),
        List.of(),
        List.of(),
        scheduler,
        occurrences);
  }

  /** The same as a dump shows it, so many milliseconds after the start. */
  public Observation dumped(long millis) {
    boolean before = dumped;
    dumped = true;
    Observation seen = at(millis);
    dumped = before;
    return seen;
  }

  private static ObservedThread printed(ObservedThread thread, int line) {
    return new ObservedThread(
        thread.id(),
        thread.name(),
        thread.virtual(),
        thread.state(),
        thread.currentWait(),
        thread.stack(),
        new Evidence("app.dump", line, line),
        thread.traits());
  }

  private static Set<Long> ids(long... ids) {
    Set<Long> set = new TreeSet<>();
    for (long id : ids) {
      set.add(id);
    }
    return set;
  }
}
