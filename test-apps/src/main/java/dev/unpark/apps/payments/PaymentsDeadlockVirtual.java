package dev.unpark.apps.payments;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.fault.VirtualThreads;
import java.util.concurrent.locks.LockSupport;

/** Two virtual threads that enter the monitors of the same two wallets in opposite order. */
public final class PaymentsDeadlockVirtual {
  private static final long LIMIT_CHECK_NANOS = 2_000_000;

  private PaymentsDeadlockVirtual() {}

  public static void main(String[] args) throws InterruptedException {
    Switches switches = Switches.of(args);
    VirtualThreads.requireOrExit();
    Wallet savings = new Wallet();
    Wallet travel = new Wallet();
    Thread save = VirtualThreads.start("wallet-save", () -> keepMoving(travel, savings));
    Thread spend =
        VirtualThreads.start(
            "wallet-spend",
            switches.healthy()
                ? () -> keepMoving(travel, savings)
                : () -> keepMoving(savings, travel));
    System.out.println("2 virtual threads move money");
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () ->
              save.getState() == Thread.State.BLOCKED && spend.getState() == Thread.State.BLOCKED);
    }
    save.join();
    spend.join();
  }

  private static void keepMoving(Wallet from, Wallet to) {
    while (true) {
      move(from, to, 5);
      LockSupport.parkNanos(LIMIT_CHECK_NANOS);
    }
  }

  private static void move(Wallet from, Wallet to, long cents) {
    synchronized (from) {
      LockSupport.parkNanos(LIMIT_CHECK_NANOS);
      synchronized (to) {
        from.cents -= cents;
        to.cents += cents;
      }
    }
  }

  /** Guarded by its own monitor. */
  private static final class Wallet {
    long cents = 10_000;
  }
}
