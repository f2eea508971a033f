package dev.unpark.dumps.shapes;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.StructuredTaskScope;

/**
 * Workers of a pool join subtasks that wait for tasks of that pool; benign: those have a pool of their
 * own. A preview API, so this is compiled by the JDK that runs it.
 */
final class ScopeInOwnPool {
  private static final int WORKERS = 2;

  private ScopeInOwnPool() {}

  public static void main(String[] arguments) throws Exception {
    ExecutorService batches = Executors.newFixedThreadPool(WORKERS);
    ExecutorService parts =
        Stage.faulty(arguments) ? batches : Executors.newFixedThreadPool(WORKERS);
    CountDownLatch allRun = new CountDownLatch(WORKERS);
    Queue<Thread> asking = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < WORKERS; i++) {
      batches.submit(
          () -> {
            allRun.countDown();
            Stage.await(allRun);
            try (var scope = StructuredTaskScope.open()) {
              scope.fork(
                  () -> {
                    asking.add(Thread.currentThread());
                    return parts.submit(() -> "part").get();
                  });
              scope.join();
            }
            return "done";
          });
    }
    while (asking.size() < WORKERS) {
      Stage.rest(5);
    }
    for (Thread subtask : asking) {
      Stage.awaitState(
          subtask, Stage.faulty(arguments) ? Thread.State.WAITING : Thread.State.TERMINATED);
    }
    Stage.awaitThem(Thread.State.WAITING, "pool-1-thread-1", "pool-1-thread-2");
  }
}
