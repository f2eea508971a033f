package dev.unpark.agent.program;

import java.util.LinkedList;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** Loops that are no executor service, and wait for what stands in their own queue. */
final class LoopHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "home-made-worker", LoopHangs::worker,
          "event-loop", LoopHangs::eventLoop,
          "event-loop-completable", LoopHangs::completable);

  private LoopHangs() {}

  /** A runnable with a queue of its own, guarded by its monitor. */
  private static final class Worker implements Runnable {
    private final Queue<Runnable> tasks = new LinkedList<>();

    synchronized void post(Runnable task) {
      tasks.add(task);
      notifyAll();
    }

    private synchronized Runnable next() throws InterruptedException {
      while (tasks.isEmpty()) {
        wait();
      }
      return tasks.remove();
    }

    @Override
    public void run() {
      try {
        while (true) {
          next().run();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void worker() {
    Worker worker = new Worker();
    Hang.platform("loop-1", worker).start();
    worker.post(
        () -> {
          Hang.pause();
          FutureTask<String> inner = new FutureTask<>(() -> "never");
          worker.post(inner);
          get(inner);
        });
  }

  /** An object that names its thread, which was started with something else. */
  private static final class EventLoop implements Executor {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Runnable> urgent = new LinkedBlockingQueue<>();
    private volatile Thread thread;

    void start() {
      Hang.platform("loop-1", this::loop).start();
    }

    private void loop() {
      thread = Thread.currentThread();
      while (true) {
        Runnable task = urgent.poll();
        task = task == null ? tasks.poll() : task;
        if (task == null) {
          LockSupport.park(this);
        } else {
          task.run();
        }
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
      LockSupport.unpark(thread);
    }
  }

  private static void eventLoop() {
    EventLoop loop = new EventLoop();
    loop.start();
    loop.execute(
        () -> {
          Hang.pause();
          FutureTask<String> inner = new FutureTask<>(() -> "never");
          loop.execute(inner);
          get(inner);
        });
  }

  private static void completable() {
    EventLoop loop = new EventLoop();
    loop.start();
    loop.execute(
        () -> {
          Hang.pause();
          CompletableFuture.supplyAsync(() -> "never", loop).thenApply(String::length).join();
        });
  }

  private static void get(FutureTask<String> future) {
    try {
      future.get();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
