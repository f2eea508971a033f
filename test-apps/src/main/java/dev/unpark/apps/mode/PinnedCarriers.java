package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.fault.VirtualThreads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Virtual threads that first use a class whose static initialiser waits for a licence. There no JDK
 * can take them off their carriers: as many of them as there are carriers, and no virtual thread
 * runs. Mended, they wait for the licence before they use the class.
 */
public final class PinnedCarriers {
  private static final long BETWEEN_ORDERS_NANOS = 20_000_000;
  private static final CountDownLatch LICENCE = new CountDownLatch(1);
  private static final AtomicInteger USERS = new AtomicInteger();

  private PinnedCarriers() {}

  public static void main(String[] args) {
    VirtualThreads.requireOrExit();
    Switches switches = Switches.of(args);
    Progress served = new Progress("orders served");
    int carriers = Runtime.getRuntime().availableProcessors();
    for (int user = 1; user <= carriers; user++) {
      VirtualThreads.start(
          "printing-" + user, switches.healthy() ? PinnedCarriers::awaitLicence : Printer::print);
    }
    new Thread(() -> keepOrdering(served), "orders").start();
    if (!switches.healthy()) {
      long[] last = {-1};
      FaultWatch.awaitAndAnnounce(
          () -> {
            boolean stands = served.done() == last[0];
            last[0] = served.done();
            return stands && USERS.get() > 0;
          });
    }
    served.print();
  }

  private static void keepOrdering(Progress served) {
    while (true) {
      VirtualThreads.start("order", served::count);
      Progress.pause(BETWEEN_ORDERS_NANOS);
    }
  }

  private static void awaitLicence() {
    USERS.incrementAndGet();
    try {
      LICENCE.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Usable once there is a licence. */
  private static final class Printer {
    static {
      awaitLicence();
    }

    static void print() {}
  }
}
