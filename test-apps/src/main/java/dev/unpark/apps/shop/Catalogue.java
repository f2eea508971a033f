package dev.unpark.apps.shop;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/** What the shop sells: read by every request, changed now and then. Any thread may call. */
final class Catalogue {
  static final int ITEMS = 500;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Integer, Long> cents = new HashMap<>();

  Catalogue() {
    reprice(0);
  }

  long price(int item) {
    lock.readLock().lock();
    try {
      return cents.getOrDefault(item % ITEMS, 0L);
    } finally {
      lock.readLock().unlock();
    }
  }

  void reprice(long surcharge) {
    lock.writeLock().lock();
    try {
      for (int item = 0; item < ITEMS; item++) {
        cents.put(item, 100L + item + surcharge);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Worth of everything on sale, worked out on the common pool. */
  long worth() {
    return IntStream.range(0, ITEMS).parallel().mapToLong(this::price).sum();
  }
}
