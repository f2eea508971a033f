package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/** A finalizer enters a monitor that somebody keeps; benign: it is free. */
final class FinalizerShape {
  private static final Object POOL = new Object();
  private static final CountDownLatch FINALIZING = new CountDownLatch(1);

  private FinalizerShape() {}

  /** What a driver of old would do. */
  @SuppressWarnings({"deprecation", "removal"})
  static final class Connection {
    @Override
    protected void finalize() {
      FINALIZING.countDown();
      synchronized (POOL) {
        POOL.notifyAll();
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Stage.start(
        "holder",
        () -> {
          if (Stage.faulty(arguments)) {
            synchronized (POOL) {
              held.countDown();
              Stage.sleepForEver();
            }
          }
          held.countDown();
          Stage.sleepForEver();
        });
    held.await();
    drop();
    while (FINALIZING.getCount() > 0) {
      System.gc();
    }
    Stage.ready();
  }

  private static void drop() {
    for (int i = 0; i < 10; i++) {
      new Connection();
    }
  }
}
