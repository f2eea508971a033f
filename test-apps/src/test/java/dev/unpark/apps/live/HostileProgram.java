package dev.unpark.apps.live;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One program with something for each page, whose threads are called what a page must not run: two
 * of them are deadlocked, some queue for one lock, and a pool has more to do than it can.
 */
public final class HostileProgram {
  static final String SCRIPT = "<script>window.smuggled = 'script'</script>";
  static final String IMAGE = "\"><img src=x onerror=\"window.smuggled='image'\">";

  private HostileProgram() {}

  public static void main(String[] args) throws InterruptedException {
    ReentrantLock first = new ReentrantLock();
    ReentrantLock second = new ReentrantLock();
    start(SCRIPT, () -> takeBoth(first, second));
    start(IMAGE, () -> takeBoth(second, first));
    ReentrantLock busy = new ReentrantLock();
    for (int i = 1; i <= 5; i++) {
      start("clerk-" + i, () -> useForEver(busy));
    }
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(20));
    while (true) {
      if (pool.getQueue().remainingCapacity() > 0) {
        pool.execute(() -> pause(60));
      }
      pause(10);
    }
  }

  private static void takeBoth(ReentrantLock one, ReentrantLock other) {
    one.lock();
    pause(500);
    other.lock();
  }

  private static void useForEver(ReentrantLock lock) {
    while (true) {
      lock.lock();
      try {
        pause(30);
      } finally {
        lock.unlock();
      }
    }
  }

  private static void start(String name, Runnable work) {
    new Thread(work, name).start();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
