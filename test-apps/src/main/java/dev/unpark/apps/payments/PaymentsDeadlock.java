package dev.unpark.apps.payments;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;

/** Two standing orders in opposite directions, until they wait for each other. */
public final class PaymentsDeadlock {
  private PaymentsDeadlock() {}

  public static void main(String[] args) throws InterruptedException {
    Switches switches = Switches.of(args);
    TransferService service = new TransferService(switches.healthy());
    Account rent = new Account("rent", 1_000_000);
    Account wages = new Account("wages", 1_000_000);
    Thread payRent = standingOrder("payment-rent", () -> service.transfer(wages, rent, 900));
    Thread payWages = standingOrder("payment-wages", () -> service.transfer(rent, wages, 1_200));
    System.out.println("2 standing orders are running");
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () -> rent.lock.hasQueuedThread(payRent) && wages.lock.hasQueuedThread(payWages));
    }
    payRent.join();
    payWages.join();
  }

  private static Thread standingOrder(String name, Runnable transfer) {
    Thread thread =
        new Thread(
            () -> {
              while (true) {
                transfer.run();
              }
            },
            name);
    thread.start();
    return thread;
  }
}
