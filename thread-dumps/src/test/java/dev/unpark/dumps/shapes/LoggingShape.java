package dev.unpark.dumps.shapes;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;

/** Eight threads log to a console that does not take the bytes; benign: it does. */
final class LoggingShape {
  private static final int THREADS = 8;

  private LoggingShape() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    CountDownLatch writing = new CountDownLatch(1);
    System.setErr(new PrintStream(slow(writing, faulty), true));
    Logger logger = Logger.getLogger("shop");
    logger.setUseParentHandlers(false);
    logger.addHandler(new ConsoleHandler());
    CountDownLatch logged = new CountDownLatch(THREADS);
    Thread[] threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      threads[i] =
          Stage.start(
              "http-" + i,
              () -> {
                logger.info("sold");
                logged.countDown();
                Stage.sleepForEver();
              });
    }
    writing.await();
    if (faulty) {
      while (waiting(threads) < THREADS - 1) {
        Thread.onSpinWait();
      }
    } else {
      logged.await();
    }
    Stage.ready();
  }

  /** Monitors or locks: JDKs differ in what a handler takes. */
  private static int waiting(Thread[] threads) {
    int waiting = 0;
    for (Thread thread : threads) {
      Thread.State state = thread.getState();
      waiting += state == Thread.State.BLOCKED || state == Thread.State.WAITING ? 1 : 0;
    }
    return waiting;
  }

  private static OutputStream slow(CountDownLatch writing, boolean faulty) {
    return new OutputStream() {
      @Override
      public void write(int oneByte) {
        writing.countDown();
        if (faulty) {
          Stage.sleepForEver();
        }
      }
    };
  }
}
