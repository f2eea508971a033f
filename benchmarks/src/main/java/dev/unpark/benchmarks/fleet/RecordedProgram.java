package dev.unpark.benchmarks.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server of some 200 threads at moderate load, to be watched by an agent.
 *
 * <p>Eighty threads of two pools run tasks that wait for ten locks and for a peer, sixty hand items
 * on through queues, sixty do nothing yet. With {@code deadlocked} as argument, two more hold each
 * other's lock from the start.
 */
public final class RecordedProgram {
  private static final int LOCKS = 10;

  private final List<ReentrantLock> accounts = new ArrayList<>();
  private final BlockingQueue<Integer> orders = new ArrayBlockingQueue<>(100);

  private RecordedProgram() {
    for (int i = 0; i < LOCKS; i++) {
      accounts.add(new ReentrantLock());
    }
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    RecordedProgram program = new RecordedProgram();
    if (arguments.length > 0 && arguments[0].equals("deadlocked")) {
      program.deadlock();
    }
    program.run();
    Thread.sleep(Long.MAX_VALUE);
  }

  private void run() throws InterruptedException {
    ExecutorService requests = Executors.newFixedThreadPool(60, named("http-exec"));
    ExecutorService background = Executors.newFixedThreadPool(20, named("background"));
    ExecutorService idle = Executors.newFixedThreadPool(60, named("idle"));
    CountDownLatch started = new CountDownLatch(60);
    for (int i = 0; i < 60; i++) {
      idle.execute(started::countDown);
      requests.execute(() -> forever(this::serve));
    }
    for (int i = 0; i < 20; i++) {
      background.execute(() -> forever(this::serve));
    }
    started.await();
    for (int i = 0; i < 30; i++) {
      named("producer").newThread(() -> forever(this::produce)).start();
      named("consumer").newThread(() -> forever(this::consume)).start();
    }
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  private static void forever(Step step) {
    try {
      while (true) {
        step.run();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() throws InterruptedException {
    pause(20_000_000);
    ReentrantLock account = accounts.get(ThreadLocalRandom.current().nextInt(LOCKS));
    account.lockInterruptibly();
    try {
      pause(1_000_000);
    } finally {
      account.unlock();
    }
  }

  private void produce() throws InterruptedException {
    orders.put(ThreadLocalRandom.current().nextInt());
    pause(50_000_000);
  }

  private void consume() throws InterruptedException {
    orders.take();
    pause(40_000_000);
  }

  /** Waits about as long as a peer would take to answer. */
  private static void pause(long nanos) {
    LockSupport.parkNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
  }

  private void deadlock() {
    ReentrantLock left = new ReentrantLock();
    ReentrantLock right = new ReentrantLock();
    CountDownLatch both = new CountDownLatch(2);
    named("transfer").newThread(() -> forever(() -> transfer(left, right, both))).start();
    named("transfer").newThread(() -> forever(() -> transfer(right, left, both))).start();
  }

  private static void transfer(ReentrantLock from, ReentrantLock to, CountDownLatch both)
      throws InterruptedException {
    from.lock();
    both.countDown();
    both.await();
    to.lock();
  }

  private static java.util.concurrent.ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task);
      thread.setName(name + "-" + thread.getId());
      thread.setDaemon(true);
      return thread;
    };
  }
}
