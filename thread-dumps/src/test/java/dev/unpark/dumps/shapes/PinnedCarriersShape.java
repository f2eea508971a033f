package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/**
 * Virtual threads wait in static initialisers, where they cannot leave their carriers, while others
 * could run; benign: they wait elsewhere. To be run with two carriers.
 */
final class PinnedCarriersShape {
  static final CountDownLatch OPEN = new CountDownLatch(1);
  static final CountDownLatch WAITING = new CountDownLatch(2);

  private PinnedCarriersShape() {}

  static void pass() {
    WAITING.countDown();
    Stage.await(OPEN);
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
    Stage.startVirtual("", () -> System.out.println(faulty ? Rates.COUNT : wait0()));
    Stage.startVirtual("", () -> System.out.println(faulty ? Taxes.COUNT : wait0()));
    WAITING.await();
    for (int i = 0; i < 20; i++) {
      Stage.startVirtual("", Stage::sleepForEver);
    }
    Stage.ready();
  }

  private static int wait0() {
    pass();
    return 0;
  }
}
