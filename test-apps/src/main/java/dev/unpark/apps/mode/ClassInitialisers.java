package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two classes whose static initialisers need each other, first used by two threads at once. Mended,
 * one thread uses them first.
 */
public final class ClassInitialisers {
  private static final long HEAD_START_NANOS = 100_000_000;
  private static final long BETWEEN_LOOKS_NANOS = 20_000_000;
  private static final AtomicInteger INITIALISING = new AtomicInteger();

  private ClassInitialisers() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    Progress looked = new Progress("prices looked up");
    if (switches.healthy()) {
      Prices.of("tea");
    }
    new Thread(() -> keepLooking(looked, () -> Prices.of("tea")), "price-loader").start();
    new Thread(() -> keepLooking(looked, () -> Taxes.of("tea")), "tax-loader").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> INITIALISING.get() == 2);
    }
    looked.print();
  }

  private static void keepLooking(Progress looked, Runnable look) {
    while (true) {
      look.run();
      looked.count();
      Progress.pause(BETWEEN_LOOKS_NANOS);
    }
  }

  /** Needs the taxes. */
  private static final class Prices {
    static final int BASE;

    static {
      INITIALISING.incrementAndGet();
      Progress.pause(HEAD_START_NANOS);
      BASE = 100 + Taxes.RATE;
      INITIALISING.decrementAndGet();
    }

    static int of(String ware) {
      return BASE + ware.length();
    }
  }

  /** Need the prices. */
  private static final class Taxes {
    static final int RATE;

    static {
      INITIALISING.incrementAndGet();
      Progress.pause(HEAD_START_NANOS);
      RATE = Prices.BASE > 100 ? 7 : 19;
      INITIALISING.decrementAndGet();
    }

    static int of(String ware) {
      return RATE + ware.length();
    }
  }
}
