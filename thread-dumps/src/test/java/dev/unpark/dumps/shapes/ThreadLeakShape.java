package dev.unpark.dumps.shapes;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An executor for each of 1,100 calls, none shut down; benign: one pool of as many threads. */
final class ThreadLeakShape {
  private static final int CALLS = 1100;

  private ThreadLeakShape() {}

  public static void main(String[] arguments) throws Exception {
    ExecutorService shared = Executors.newFixedThreadPool(CALLS);
    for (int i = 0; i < CALLS; i++) {
      ExecutorService executor = Stage.faulty(arguments) ? Executors.newFixedThreadPool(1) : shared;
      executor.submit(() -> "done").get();
    }
    Stage.ready();
  }
}
