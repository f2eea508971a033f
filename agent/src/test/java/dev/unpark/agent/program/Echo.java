package dev.unpark.agent.program;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.LogManager;

/** Prints the same every time on both streams, and ends with an exit code of its own. */
public final class Echo {
  /** How the program ends. */
  public static final int EXIT_CODE = 7;

  private Echo() {}

  public static void main(String[] arguments) throws Exception {
    // Would come too late had anybody touched java.util.logging before.
    System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
    System.out.println(LogManager.getLogManager().getClass().getSimpleName());
    System.out.println(
        sees("net.bytebuddy.ByteBuddy") + " " + sees("io.opentelemetry.api.common.Value"));
    System.out.println(
        sees("dev.unpark.agent.core.Agent") + " " + sees("dev.unpark.diagnosis.Diagnostician"));
    ReentrantLock lock = new ReentrantLock();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    long[] count = {0};
    for (int i = 0; i < 3; i++) {
      pool.submit(
          () -> {
            for (int j = 0; j < 20_000; j++) {
              lock.lock();
              try {
                count[0]++;
              } finally {
                lock.unlock();
              }
            }
          });
    }
    pool.shutdown();
    while (!pool.isTerminated()) {
      Thread.sleep(10);
    }
    Thread.sleep(Long.parseLong(arguments[0]));
    System.out.println("counted " + count[0]);
    System.err.println("to stderr");
    System.exit(EXIT_CODE);
  }

  private static boolean sees(String className) {
    try {
      Class.forName(className, false, Echo.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException hidden) {
      return false;
    }
  }

  /** Chosen by the program itself, as application servers do. */
  public static final class OwnLogManager extends LogManager {}
}
