package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;

/**
 * Readers that take a price list past the queue, with {@code tryReadLock}, so that one of them has
 * it at any time; whoever wants to change a price never gets it. Mended, readers queue.
 */
public final class GreedyReaders {
  private static final int READERS = 40;
  private static final long READING_NANOS = 100_000_000;
  private static final long BETWEEN_READS_NANOS = 150_000_000;
  private static final long BETWEEN_CHANGES_NANOS = 50_000_000;

  /** A change that takes so much longer than any reader is being starved. */
  private static final long STARVED_NANOS = 1_500_000_000;

  private final StampedLock prices = new StampedLock();
  private final AtomicInteger asked = new AtomicInteger();
  private final Progress changed = new Progress("prices changed");

  private GreedyReaders() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    GreedyReaders shop = new GreedyReaders();
    for (int reader = 1; reader <= READERS; reader++) {
      new Thread(() -> shop.keepReading(switches.healthy()), "reader-" + reader).start();
      Progress.pause(READING_NANOS / READERS);
    }
    new Thread(shop::keepChanging, "price-update").start();
    if (!switches.healthy()) {
      long[] last = {-1, System.nanoTime()};
      FaultWatch.awaitAndAnnounce(
          () -> {
            if (shop.changed.done() != last[0]) {
              last[0] = shop.changed.done();
              last[1] = System.nanoTime();
            }
            return shop.asked.get() > 0 && System.nanoTime() - last[1] > STARVED_NANOS;
          });
    }
    shop.changed.print();
  }

  private void keepReading(boolean queues) {
    while (true) {
      long stamp = queues ? prices.readLock() : prices.tryReadLock();
      if (stamp != 0) {
        Progress.pause(READING_NANOS);
        prices.unlockRead(stamp);
      }
      Progress.pause(BETWEEN_READS_NANOS);
    }
  }

  private void keepChanging() {
    while (true) {
      asked.incrementAndGet();
      long stamp = prices.writeLock();
      prices.unlockWrite(stamp);
      changed.count();
      Progress.pause(BETWEEN_CHANGES_NANOS);
    }
  }
}
