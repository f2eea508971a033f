package dev.unpark.apps.pricing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;

/** Prices baskets. Any thread may ask; the work is done on the pricing pool. */
final class QuoteService {
  private static final long CATALOGUE_LOOKUP_NANOS = 3_000_000;

  private final ThreadPoolExecutor pricing;
  private final boolean discountsInPlace;

  /**
   * @param pricing where baskets are priced
   * @param discountsInPlace whether a discount is worked out by the thread that needs it, which
   *     rules the fault out
   */
  QuoteService(ThreadPoolExecutor pricing, boolean discountsInPlace) {
    this.pricing = pricing;
    this.discountsInPlace = discountsInPlace;
  }

  /** The price of all items together, in cents. */
  long quote(List<Integer> items) throws InterruptedException, ExecutionException {
    return pricing.submit(() -> price(items)).get();
  }

  private long price(List<Integer> items) throws InterruptedException, ExecutionException {
    lookUp();
    if (discountsInPlace) {
      return items.stream().mapToLong(this::discounted).sum();
    }
    List<Future<Long>> discounts = new ArrayList<>();
    for (int item : items) {
      discounts.add(pricing.submit(() -> discounted(item)));
    }
    long total = 0;
    for (Future<Long> discount : discounts) {
      total += discount.get();
    }
    return total;
  }

  private long discounted(int item) {
    lookUp();
    return 1_000L + item * 9L;
  }

  private static void lookUp() {
    LockSupport.parkNanos(CATALOGUE_LOOKUP_NANOS);
  }
}
