package dev.unpark.agent.program;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/** Home-made workers that wait for tasks which another worker will run. */
final class BenignLoops {
  private static final long LONG_WORK = 1_500;
  private static final AtomicReference<Runnable> LATEST = new AtomicReference<>();

  private BenignLoops() {}

  /** A worker that knows another one, and a queue that may be another's too. */
  private record Worker(BlockingQueue<Runnable> tasks, BlockingQueue<Runnable> ofPeer)
      implements Runnable {
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

    /** Keeps the peer busy, then waits for a task that stands behind. */
    void waitForPeer() {
      FutureTask<String> late = new FutureTask<>(() -> "after all");
      ofPeer.add(() -> Benign.sleep(LONG_WORK));
      ofPeer.add(late);
      try {
        late.get();
      } catch (Exception stopped) {
        Thread.currentThread().interrupt();
      }
      tasks.add(this::waitForPeer);
    }
  }

  static void start() {
    BlockingQueue<Runnable> shared = new LinkedBlockingQueue<>();
    Worker sharing = new Worker(shared, shared);
    Benign.daemon("shares-1", sharing).start();
    Benign.daemon("shares-2", new Worker(shared, shared)).start();
    sharing.tasks().add(sharing::waitForPeer);
    BlockingQueue<Runnable> far = new LinkedBlockingQueue<>();
    Worker near = new Worker(new LinkedBlockingQueue<>(), far);
    Benign.daemon("near", near).start();
    Benign.daemon("far", new Worker(far, near.tasks())).start();
    near.tasks().add(near::waitForPeer);
    BlockingQueue<Runnable> helped = new LinkedBlockingQueue<>();
    Worker alone = new Worker(helped, helped);
    Benign.daemon("helped", alone).start();
    // On this one's stack only: nothing that it was started with leads to the queue.
    Thread helper =
        new Thread() {
          @Override
          public void run() {
            LATEST.get().run();
          }
        };
    LATEST.set(alone);
    helper.setName("helper");
    helper.setDaemon(true);
    helper.start();
    alone.tasks().add(alone::waitForPeer);
  }
}
