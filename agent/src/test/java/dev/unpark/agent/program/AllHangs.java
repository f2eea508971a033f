package dev.unpark.agent.program;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;

/**
 * Hangs in many ways in one JVM: each begins as soon as the one before has hung, and says so. The
 * threads of a shape bear its name and a number.
 */
public final class AllHangs {
  private static final long SETTLE_MILLIS = 1_500;

  private AllHangs() {}

  public static void main(String[] arguments) throws Exception {
    Thread.sleep(SETTLE_MILLIS);
    for (Map<String, Hang.Shape> shapes :
        List.of(QueuedHangs.SHAPES, PermitHangs.SHAPES, GoneHangs.SHAPES)) {
      for (String name : new TreeSet<>(shapes.keySet())) {
        shapes.get(name).start();
        Hang.awaitMeeting();
        Hang.pause();
        System.out.println("hung " + name + " " + System.currentTimeMillis());
      }
    }
    Thread.sleep(60_000);
  }

  static void two(String name, Runnable first, Runnable second) {
    Hang.both(Hang.platform(name + "-1", first), Hang.platform(name + "-2", second));
  }

  static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  static void get(Future<String> future) {
    try {
      future.get();
    } catch (Exception stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
