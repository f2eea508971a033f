package dev.unpark.apps.pricing;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A quiet shop, then a rush of shoppers as large as the pricing pool. */
public final class PricingStarvation {
  private static final int WORKERS = 4;
  private static final int SHOPPERS = 6;

  private PricingStarvation() {}

  public static void main(String[] args) throws InterruptedException, ExecutionException {
    Switches switches = Switches.of(args);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pricing =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "pricing-" + number.incrementAndGet()));
    QuoteService quotes = new QuoteService(pricing, switches.healthy());
    for (int quiet = 0; quiet < 20; quiet++) {
      quotes.quote(List.of(1, 2, 3));
    }
    System.out.println("20 baskets priced one by one, now " + SHOPPERS + " shoppers at once");
    for (int shopper = 1; shopper <= SHOPPERS; shopper++) {
      new Thread(() -> shop(quotes), "shopper-" + shopper).start();
    }
    if (!switches.healthy()) {
      // Nothing but the pool's own counts: all workers busy, work queued, and nothing gets done.
      long[] completed = {-1};
      FaultWatch.awaitAndAnnounce(
          () -> {
            long before = completed[0];
            completed[0] = pricing.getCompletedTaskCount();
            return completed[0] == before
                && pricing.getActiveCount() == WORKERS
                && !pricing.getQueue().isEmpty();
          });
    }
  }

  private static void shop(QuoteService quotes) {
    try {
      while (true) {
        quotes.quote(List.of(1, 2, 3));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a basket could not be priced", e);
    }
  }
}
