package dev.unpark.agent.program;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;

/**
 * The pools and event loops of real servers, each with two tasks that wait for a task of the same
 * pool. With two threads they hang; with four they are well.
 */
public final class Servers {
  private static final long SETTLE_MILLIS = 1_500;
  private static final int IN_VAIN = 2;

  private Servers() {}

  /** {@code hang}, or for how many seconds to be well. */
  public static void main(String[] arguments) throws Exception {
    boolean hang = arguments[0].equals("hang");
    int threads = hang ? IN_VAIN : 2 * IN_VAIN;
    Map<String, Executor> pools = new TreeMap<>();
    pools.put("tomcat", tomcat(threads));
    pools.put("jetty", jetty(threads));
    pools.put("vertx", vertx(threads));
    pools.put("undertow", undertow(threads));
    pools.put("spring", spring(threads));
    var group = new MultiThreadIoEventLoopGroup(IN_VAIN, NioIoHandler.newFactory());
    EventLoop one = group.next();
    EventLoop other = group.next();
    Thread.sleep(SETTLE_MILLIS);
    long end =
        hang ? 0 : System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
    do {
      for (Map.Entry<String, Executor> pool : pools.entrySet()) {
        String name = pool.getKey();
        AtomicInteger number = new AtomicInteger();
        boolean task = name.equals("tomcat") || name.equals("spring") || name.equals("undertow");
        for (int i = 0; i < IN_VAIN; i++) {
          pool.getValue()
              .execute(
                  () -> {
                    Thread.currentThread().setName(name + "-" + number.incrementAndGet());
                    Hang.pause();
                    if (task) {
                      waitForTask(pool.getValue());
                    } else {
                      waitForLatch(pool.getValue());
                    }
                  });
        }
        if (hang) {
          told(name);
        }
      }
      one.execute(() -> askAndWait("netty-1", other));
      if (hang) {
        other.execute(() -> askAndWait("netty-2", one));
        told("netty");
      }
      Thread.sleep(5 * Hang.MEET_MILLIS);
    } while (!hang && System.nanoTime() - end < 0);
    if (hang) {
      Thread.sleep(60_000);
    }
    System.out.println("fine");
    System.exit(0);
  }

  private static void told(String name) throws InterruptedException {
    Thread.sleep(3 * Hang.MEET_MILLIS);
    System.out.println("hung " + name + " " + System.currentTimeMillis());
  }

  private static void waitForTask(Executor pool) {
    FutureTask<String> inner = new FutureTask<>(() -> "never");
    pool.execute(inner);
    AllHangs.get(inner);
  }

  private static void waitForLatch(Executor pool) {
    CountDownLatch done = new CountDownLatch(1);
    pool.execute(done::countDown);
    AllHangs.await(done);
  }

  private static void askAndWait(String name, EventLoop peer) {
    Thread.currentThread().setName(name);
    Hang.pause();
    CompletableFuture<String> answer = new CompletableFuture<>();
    peer.execute(() -> answer.complete("never"));
    answer.join();
  }

  private static Executor tomcat(int threads) {
    TaskQueue queue = new TaskQueue();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            queue,
            new TaskThreadFactory("exec-", true, Thread.NORM_PRIORITY));
    queue.setParent(pool);
    return pool;
  }

  private static Executor jetty(int threads) throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool(threads, threads);
    pool.setReservedThreads(0);
    pool.setDaemon(true);
    pool.start();
    return pool;
  }

  private static Executor vertx(int threads) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(threads));
    return task ->
        vertx.executeBlocking(
            () -> {
              task.run();
              return "done";
            },
            false);
  }

  private static Executor undertow(int threads) throws Exception {
    return Xnio.getInstance()
        .createWorker(
            OptionMap.builder()
                .set(Options.WORKER_TASK_CORE_THREADS, threads)
                .set(Options.WORKER_TASK_MAX_THREADS, threads)
                .getMap());
  }

  private static Executor spring(int threads) {
    ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
    pool.setCorePoolSize(threads);
    pool.setMaxPoolSize(threads);
    pool.setDaemon(true);
    pool.initialize();
    return pool;
  }
}
