package dev.unpark.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Very many threads that move and wait, for a while; then almost none. */
public final class Crowd {
  private static final int LOCKS = 20;

  private Crowd() {}

  /** Takes how many threads, for how many seconds, and how long it stays without them. */
  public static void main(String[] arguments) throws InterruptedException {
    ReentrantLock[] locks = new ReentrantLock[LOCKS];
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
    int count = Integer.parseInt(arguments[0]);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1]));
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      ReentrantLock lock = locks[i % LOCKS];
      threads[i] =
          new Thread(
              null,
              () -> {
                while (System.nanoTime() - end < 0) {
                  lock.lock();
                  LockSupport.parkNanos(5_000_000);
                  lock.unlock();
                }
              },
              "crowd-" + i,
              256 * 1024);
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("the crowd has gone");
    TimeUnit.SECONDS.sleep(Long.parseLong(arguments[2]));
  }
}
