package dev.unpark.agent.program;

import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Hangs of pools and loops that wait for what a task in their own queue, or a peer's, would do. */
final class QueuedHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "latch-in-pool", () -> latch("latch-in-pool", pool("latch-in-pool", 2)),
          "latch-in-fork-join", () -> latch("latch-in-fork-join", new ForkJoinPool(2)),
          "barrier-in-pool", QueuedHangs::barrier,
          "phaser-in-pool", QueuedHangs::phaser,
          "timer", QueuedHangs::timer,
          "two-loops", QueuedHangs::twoLoops,
          "static-parallel", QueuedHangs::staticParallel,
          "chain-of-nodes", QueuedHangs::chainOfNodes);

  private QueuedHangs() {}

  private static ExecutorService pool(String name, int size) {
    int[] count = {0};
    return Executors.newFixedThreadPool(size, task -> Hang.platform(name + "-" + ++count[0], task));
  }

  private static void latch(String name, Executor pool) {
    for (int i = 1; i <= 2; i++) {
      String thread = name + "-" + i;
      pool.execute(
          () -> {
            Thread.currentThread().setName(thread);
            Hang.meet();
            CountDownLatch done = new CountDownLatch(1);
            pool.execute(done::countDown);
            AllHangs.await(done);
          });
    }
  }

  private static void barrier() {
    ExecutorService pool = pool("barrier-in-pool", 2);
    CyclicBarrier barrier = new CyclicBarrier(3);
    for (int i = 0; i < 3; i++) {
      pool.execute(() -> AllHangs.meet(barrier));
    }
  }

  private static void phaser() {
    ExecutorService pool = pool("phaser-in-pool", 2);
    Phaser phaser = new Phaser(3);
    for (int i = 0; i < 3; i++) {
      pool.execute(phaser::arriveAndAwaitAdvance);
    }
  }

  private static void timer() {
    Timer timer = new Timer("timer-1", true);
    timer.schedule(
        task(
            () -> {
              FutureTask<String> inner = new FutureTask<>(() -> "never");
              timer.schedule(task(inner), 1);
              AllHangs.get(inner);
            }),
        1);
  }

  private static TimerTask task(Runnable runnable) {
    return new TimerTask() {
      @Override
      public void run() {
        runnable.run();
      }
    };
  }

  /** A runnable with a queue of its own. */
  private record Loop(BlockingQueue<Runnable> tasks) implements Runnable {
    @Override
    public void run() {
      try {
        while (true) {
          tasks.take().run();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    void askAndWait(Loop peer) {
      Hang.meet();
      CompletableFuture<String> answer = new CompletableFuture<>();
      peer.tasks.add(() -> answer.complete("never"));
      answer.join();
    }
  }

  private static void twoLoops() {
    Loop one = new Loop(new LinkedBlockingQueue<>());
    Loop other = new Loop(new LinkedBlockingQueue<>());
    AllHangs.two("two-loops", one, other);
    one.tasks().add(() -> one.askAndWait(other));
    other.tasks().add(() -> other.askAndWait(one));
  }

  /** An executor that keeps its tasks in nodes of its own, in no queue. */
  private static final class Chain implements Executor {
    private static final class Node {
      final Runnable task;
      Node next;

      Node(Runnable task) {
        this.task = task;
      }
    }

    private final class Worker implements Runnable {
      @Override
      public void run() {
        while (true) {
          next().run();
        }
      }
    }

    private Node first;
    private Node last;

    @Override
    public synchronized void execute(Runnable task) {
      Node node = new Node(task);
      if (first == null) {
        first = node;
      } else {
        last.next = node;
      }
      last = node;
      notifyAll();
    }

    private synchronized Runnable next() {
      while (first == null) {
        try {
          wait();
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
        }
      }
      Runnable task = first.task;
      first = first.next;
      return task;
    }
  }

  private static void chainOfNodes() {
    Chain chain = new Chain();
    AllHangs.two("chain-of-nodes", chain.new Worker(), chain.new Worker());
    for (int i = 0; i < 2; i++) {
      chain.execute(
          () -> {
            Hang.meet();
            FutureTask<String> inner = new FutureTask<>(() -> "never");
            chain.execute(inner);
            AllHangs.get(inner);
          });
    }
  }

  /** A static initialiser that waits for workers, which wait for the class. */
  private static final class Parallel {
    static final int SUM = QueuedHangs.sum();

    static int one() {
      return 1;
    }
  }

  private static void staticParallel() {
    new ForkJoinPool(2).execute(() -> System.out.println(Parallel.SUM));
  }

  private static int sum() {
    AtomicInteger number = new AtomicInteger();
    return IntStream.range(0, 8)
        .parallel()
        .map(
            i -> {
              Thread current = Thread.currentThread();
              if (!current.getName().startsWith("static-parallel")) {
                current.setName("static-parallel-" + number.incrementAndGet());
              }
              Hang.pause();
              return Parallel.one();
            })
        .sum();
  }
}
