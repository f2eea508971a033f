package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A catalogue that is exported to a slow partner while its lock is held, so that nobody can read it
 * meanwhile. Mended, the export copies first and sends then.
 */
public final class SlowExport {
  private static final int READERS = 8;
  private static final long BETWEEN_READS_NANOS = 20_000_000;
  private static final Duration PARTNER = Duration.ofMinutes(2);

  private final Map<String, Integer> prices = new HashMap<>(Map.of("tea", 3, "milk", 1));
  private final AtomicInteger waiting = new AtomicInteger();
  private final SlowPeer partner;

  private SlowExport() throws IOException {
    partner = new SlowPeer(PARTNER);
  }

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    SlowExport catalogue = new SlowExport();
    Progress read = new Progress("prices read");
    for (int reader = 1; reader <= READERS; reader++) {
      new Thread(() -> catalogue.keepReading(read), "customer-" + reader).start();
    }
    Runnable export = switches.healthy() ? catalogue::copyThenSend : catalogue::sendWhileLocked;
    new Thread(export, "nightly-export").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> catalogue.waiting.get() == READERS);
    }
    read.print();
  }

  private void keepReading(Progress read) {
    while (true) {
      waiting.incrementAndGet();
      synchronized (prices) {
        waiting.decrementAndGet();
        prices.get("tea");
      }
      read.count();
      Progress.pause(BETWEEN_READS_NANOS);
    }
  }

  private void sendWhileLocked() {
    synchronized (prices) {
      send(prices);
    }
  }

  private void copyThenSend() {
    Map<String, Integer> copy;
    synchronized (prices) {
      copy = Map.copyOf(prices);
    }
    send(copy);
  }

  private void send(Map<String, Integer> content) {
    if (!content.isEmpty()) {
      partner.ask();
    }
  }
}
