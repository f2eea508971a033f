package dev.unpark.agent.program;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Does to its JVM what real programs do: interrupts threads it does not know, runs out of memory
 * and out of stack, and then hangs two of its threads for good.
 */
public final class Rude {
  private Rude() {}

  public static void main(String[] arguments) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          System.out.println("uncaught in " + thread.getName());
          Runtime.getRuntime().halt(9);
        });
    Thread.sleep(1_500);
    for (int i = 0; i < 100; i++) {
      Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread != Thread.currentThread())
          .forEach(Thread::interrupt);
      Thread.sleep(5);
    }
    System.out.println(fillMemory() + " " + fillStack(0));
    ReentrantLock one = new ReentrantLock();
    ReentrantLock other = new ReentrantLock();
    start("first", one, other);
    start("second", other, one);
    Thread.sleep(Long.parseLong(arguments[0]));
    System.out.println("done");
    System.exit(5);
  }

  private static String fillMemory() {
    for (int i = 0; i < 30; i++) {
      List<byte[]> all = new ArrayList<>();
      try {
        while (true) {
          all.add(new byte[1_000_000]);
        }
      } catch (OutOfMemoryError full) {
        all.clear();
      }
    }
    return "full";
  }

  private static int fillStack(int depth) {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();
    try {
      return fillStack(depth + 1);
    } catch (StackOverflowError deep) {
      return 1;
    } finally {
      lock.unlock();
    }
  }

  private static void start(String name, ReentrantLock mine, ReentrantLock yours) {
    Thread thread =
        new Thread(
            () -> {
              mine.lock();
              pause();
              yours.lock();
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
