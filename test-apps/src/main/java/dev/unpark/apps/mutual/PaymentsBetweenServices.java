package dev.unpark.apps.mutual;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Payments, which ask the service of limits, which asks back for the balance. With eight payers and
 * four workers soon all four wait for an answer that needs one of them. Mended, balances have
 * workers of their own.
 */
public final class PaymentsBetweenServices {
  private static final int PAYERS = 8;
  private static final int WORKERS = 4;
  private static final int ENOUGH = 16;
  private static final long LOOKED_UP_NANOS = 3_000_000;
  private static final long BETWEEN_PAYMENTS_NANOS = 60_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;

  private final AtomicLong paid = new AtomicLong();
  private final AtomicInteger paying = new AtomicInteger();
  private final Service payments = new Service("payments", WORKERS);
  private final Service limits = new Service("limits", ENOUGH);
  private final Service balances;

  private PaymentsBetweenServices(boolean ownWorkers) throws IOException {
    balances = ownWorkers ? new Service("balances", WORKERS) : payments;
    payments.serve("/pay", this::pay);
    limits.serve("/limit", this::limit);
    balances.serve("/balance", this::balance);
  }

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    PaymentsBetweenServices program = new PaymentsBetweenServices(switches.healthy());
    for (int payer = 1; payer <= PAYERS; payer++) {
      new Thread(program::keepPaying, "payer-" + payer).start();
    }
    if (!switches.healthy()) {
      long[] last = {-1};
      FaultWatch.awaitAndAnnounce(
          () -> {
            boolean stands = program.paid.get() == last[0];
            last[0] = program.paid.get();
            return stands && program.paying.get() == WORKERS;
          });
    }
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.printf("%d payments made%n", program.paid.get());
    }
  }

  private void keepPaying() {
    while (true) {
      payments.call("/pay");
      paid.incrementAndGet();
      LockSupport.parkNanos(BETWEEN_PAYMENTS_NANOS);
    }
  }

  private String pay() {
    paying.incrementAndGet();
    String limit = limits.call("/limit");
    paying.decrementAndGet();
    return limit;
  }

  private String limit() {
    LockSupport.parkNanos(LOOKED_UP_NANOS);
    return balances.call("/balance");
  }

  private String balance() {
    LockSupport.parkNanos(LOOKED_UP_NANOS);
    return "100";
  }
}
