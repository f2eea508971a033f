package dev.unpark.dumps.shapes;

import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;

/**
 * Virtual threads wait in static initialisers, where they cannot leave their carriers, while others
 * could run; benign: they wait elsewhere. To be run with two carriers. Compiled for a JDK that has
 * no virtual threads, so they are started by reflection.
 */
final class PinnedCarriersShape {
  static final CountDownLatch OPEN = new CountDownLatch(1);
  static final CountDownLatch WAITING = new CountDownLatch(2);

  private PinnedCarriersShape() {}

  static void pass() {
    WAITING.countDown();
    try {
      OPEN.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  static final class Rates {
    static final int COUNT = load();

    static int load() {
      pass();
      return 1;
    }
  }

  static final class Taxes {
    static final int COUNT = load();

    static int load() {
      pass();
      return 1;
    }
  }

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    startVirtual(() -> System.out.println(faulty ? Rates.COUNT : wait0()));
    startVirtual(() -> System.out.println(faulty ? Taxes.COUNT : wait0()));
    WAITING.await();
    for (int i = 0; i < 20; i++) {
      startVirtual(Stage::sleepForEver);
    }
    Stage.ready();
  }

  private static int wait0() {
    pass();
    return 0;
  }

  private static void startVirtual(Runnable work) throws ReflectiveOperationException {
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    start.invoke(null, work);
  }
}
