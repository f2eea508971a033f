package dev.unpark.dumps.shapes;

import java.io.IOException;

/** What every program of a shape does beside its fault. */
final class Stage {
  static final String READY = "ready";

  private Stage() {}

  static boolean faulty(String[] arguments) {
    return arguments[0].equals("faulty");
  }

  /** Tells the test that the shape stands, and stays until the test lets go. */
  static void ready() throws IOException {
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // Nothing is ever sent; the end of input ends the program.
    }
    Runtime.getRuntime().halt(0);
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Until the thread is in that state: the shape then stands. */
  static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  static void sleepForEver() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
