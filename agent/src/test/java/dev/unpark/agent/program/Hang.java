package dev.unpark.agent.program;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Hangs in one of several ways, says when, and stays. Written for JDK 17, so virtual threads are
 * started by reflection.
 */
public final class Hang {
  private static final long SETTLE_MILLIS = 1_500;
  static final long MEET_MILLIS = 100;
  private static final long MEETING_NANOS = 10_000_000_000L;

  /** Two for each meeting. */
  private static final AtomicInteger ARRIVED = new AtomicInteger();

  /** Starts threads that will hang. */
  interface Shape {
    void start() throws Exception;
  }

  private Hang() {}

  public static void main(String[] arguments) throws Exception {
    // On a small machine the common pool would have one worker, or none at all.
    System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "2");
    Thread.sleep(SETTLE_MILLIS);
    Object monitorA = new Object();
    Object monitorB = new Object();
    ReentrantLock lockA = new ReentrantLock();
    ReentrantLock lockB = new ReentrantLock();
    Runnable monitorsAB = () -> inMonitors(monitorA, monitorB);
    Runnable monitorsBA = () -> inMonitors(monitorB, monitorA);
    Runnable locksAB = () -> inLocks(lockA, lockB);
    Runnable locksBA = () -> inLocks(lockB, lockA);
    Runnable monitorThenLock =
        () -> {
          synchronized (monitorA) {
            meet();
            lockA.lock();
          }
        };
    Runnable lockThenMonitor =
        () -> {
          lockA.lock();
          meet();
          synchronized (monitorA) {
            System.out.println("impossible");
          }
        };
    switch (arguments[0]) {
      case "locks" -> both(platform("first", locksAB), platform("second", locksBA));
      case "monitors" -> both(platform("first", monitorsAB), platform("second", monitorsBA));
      case "mixed" -> both(platform("first", monitorThenLock), platform("second", lockThenMonitor));
      case "virtual-locks" -> both(virtual("first", locksAB), virtual("second", locksBA));
      case "virtual-monitors" -> both(virtual("first", monitorsAB), virtual("second", monitorsBA));
      case "virtual-and-platform-monitors" ->
          both(virtual("first", monitorsAB), platform("second", monitorsBA));
      case "virtual-monitor-platform-lock" ->
          both(virtual("first", monitorThenLock), platform("second", lockThenMonitor));
      case "platform-monitor-virtual-lock" ->
          both(platform("first", monitorThenLock), virtual("second", lockThenMonitor));
      case "upgrade" -> platform("first", Hang::upgrade).start();
      case "pool" -> pool();
      case "join" -> join(monitorA);
      default -> shape(arguments[0]).start();
    }
    awaitMeeting();
    System.out.println("hung " + System.currentTimeMillis());
    Thread.sleep(60_000);
  }

  private static Shape shape(String name) {
    for (Map<String, Shape> shapes :
        List.of(LockHangs.SHAPES, FutureHangs.SHAPES, ClassHangs.SHAPES, LoopHangs.SHAPES)) {
      Shape shape = shapes.get(name);
      if (shape != null) {
        return shape;
      }
    }
    throw new IllegalArgumentException(name);
  }

  static void both(Thread first, Thread second) {
    first.start();
    second.start();
  }

  private static void inMonitors(Object outer, Object inner) {
    synchronized (outer) {
      meet();
      synchronized (inner) {
        System.out.println("impossible");
      }
    }
  }

  static void inLocks(ReentrantLock outer, ReentrantLock inner) {
    outer.lock();
    meet();
    inner.lock();
  }

  private static void upgrade() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    lock.readLock().lock();
    lock.writeLock().lock();
  }

  private static void pool() {
    int[] count = {0};
    ExecutorService pool =
        Executors.newFixedThreadPool(2, task -> platform("worker-" + ++count[0], task));
    for (int i = 0; i < 2; i++) {
      pool.submit(
          () -> {
            meet();
            return pool.submit(() -> "never").get();
          });
    }
  }

  private static void join(Object monitor) {
    Thread second =
        platform(
            "second",
            () -> {
              pause();
              synchronized (monitor) {
                System.out.println("impossible");
              }
            });
    Thread first =
        platform(
            "first",
            () -> {
              synchronized (monitor) {
                try {
                  second.join();
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    both(second, first); // To join a thread that was not started yet is no wait at all.
  }

  static Thread platform(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  static Thread virtual(String name, Runnable task) throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    type.getMethod("name", String.class).invoke(builder, name);
    return (Thread) type.getMethod("unstarted", Runnable.class).invoke(builder, task);
  }

  /**
   * Returns to two threads when both have come, and a moment later: a pause alone is too short for
   * the second on a machine that has others to run. Polls, since whatever else would be a wait that
   * the agent sees.
   */
  static void meet() {
    int mine = ARRIVED.incrementAndGet();
    awaitArrivals(mine + mine % 2);
    pause();
  }

  /** Returns when those that have begun to meet have met, and are about to hang. */
  static void awaitMeeting() {
    pause();
    int arrived = ARRIVED.get();
    awaitArrivals(arrived + arrived % 2);
    pause();
  }

  private static void awaitArrivals(int arrivals) {
    long end = System.nanoTime() + MEETING_NANOS;
    while (ARRIVED.get() < arrivals && System.nanoTime() < end) {
      sleep(1);
    }
  }

  static void pause() {
    sleep(MEET_MILLIS);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
