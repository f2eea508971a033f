package dev.unpark.agent.program;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Looks like trouble in many ways at once, and is none: opposite lock orders with a way out, locks
 * that are passed through all the time, pools without work, a thread that waits for long work.
 */
public final class Benign {
  private Benign() {}

  public static void main(String[] arguments) throws Exception {
    long seconds = Long.parseLong(arguments[0]);
    boolean virtual = Runtime.version().feature() >= 25;
    ReentrantLock lockA = new ReentrantLock();
    ReentrantLock lockB = new ReentrantLock();
    Object monitorA = new Object();
    Object monitorB = new Object();
    // Each gives up after a while and starts over, in opposite order.
    start("tries-ab", () -> tryBoth(lockA, lockB), false);
    start("tries-ba", () -> tryBoth(lockB, lockA), virtual);
    // Same order everywhere: always waiting, never stuck.
    for (int i = 0; i < 2; i++) {
      start("passes-" + i, () -> pass(monitorA, monitorB), virtual);
    }
    start("passes-platform", () -> pass(monitorA, monitorB), false);
    ExecutorService idle = Executors.newFixedThreadPool(4, task -> daemon("idle", task));
    for (int i = 0; i < 4; i++) {
      idle.submit(() -> {});
    }
    // Waits for work that takes its time.
    ExecutorService busy = Executors.newSingleThreadExecutor(task -> daemon("busy", task));
    Future<?> late = busy.submit(() -> sleep(seconds * 1_000 + 5_000));
    start("waits-for-result", () -> result(late), virtual);
    start("waits-for-element", () -> take(new LinkedBlockingQueue<>()), virtual);
    start("waits-for-latch", () -> await(new CountDownLatch(1)), false);
    start("reads-behind-writer", Benign::readBehindWriter, false);
    BenignFutures.start(seconds);
    BenignLoops.start();
    BenignPermits.start();
    BenignGone.start();
    // One initialises a class, which takes its time; the other waits for it, unseen by the JVM.
    start("initialises", () -> Slow.value++, false);
    start("waits-for-class", () -> Slow.value++, false);
    Thread.sleep(seconds * 1_000);
    System.out.println("fine");
  }

  private static void tryBoth(ReentrantLock first, ReentrantLock second) {
    while (true) {
      first.lock();
      try {
        sleep(20);
        if (second.tryLock(200, TimeUnit.MILLISECONDS)) {
          second.unlock();
        }
      } catch (InterruptedException stopped) {
        return;
      } finally {
        first.unlock();
      }
      sleep(20);
    }
  }

  private static final class Slow {
    static int value = 1;

    static {
      sleep(6_000);
    }
  }

  /** A reader queues behind a writer, which gives up in time. */
  private static void readBehindWriter() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    while (true) {
      lock.readLock().lock();
      try {
        Thread writer = daemon("gives-up", () -> tryWrite(lock));
        writer.start();
        sleep(100);
        Thread reader = daemon("reads-behind", () -> read(lock));
        reader.start();
        reader.join();
        writer.join();
      } catch (InterruptedException stopped) {
        return;
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  private static void tryWrite(ReentrantReadWriteLock lock) {
    try {
      if (lock.writeLock().tryLock(2, TimeUnit.SECONDS)) {
        lock.writeLock().unlock();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void read(ReentrantReadWriteLock lock) {
    lock.readLock().lock();
    lock.readLock().unlock();
  }

  private static void pass(Object outer, Object inner) {
    while (true) {
      synchronized (outer) {
        synchronized (inner) {
          sleep(10);
        }
      }
      sleep(5);
    }
  }

  private static void result(Future<?> future) {
    try {
      future.get();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void take(LinkedBlockingQueue<String> queue) {
    try {
      queue.take();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(String name, Runnable task, boolean virtual) throws Exception {
    Thread thread = virtual ? Hang.virtual(name, task) : daemon(name, task);
    thread.start();
  }

  static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
