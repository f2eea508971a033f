package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cache whose one popular entry is dropped while everybody asks for it: all of them load it, or
 * wait for the one that does. Mended, the old value is kept until a new one has been loaded.
 */
public final class ColdCache {
  private static final int VISITORS = 30;
  private static final long BETWEEN_VISITS_NANOS = 20_000_000;
  private static final Duration LOAD = Duration.ofSeconds(20);

  private final Map<String, Integer> pages = new ConcurrentHashMap<>();
  private final AtomicInteger asking = new AtomicInteger();
  private final SlowPeer database;

  private ColdCache() throws IOException {
    database = new SlowPeer(Duration.ofMillis(50));
  }

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    ColdCache cache = new ColdCache();
    cache.pages.put("home", cache.database.ask());
    cache.database.setDelay(LOAD);
    Progress served = new Progress("pages served");
    for (int visitor = 1; visitor <= VISITORS; visitor++) {
      new Thread(() -> cache.keepVisiting(served), "visitor-" + visitor).start();
    }
    if (switches.healthy()) {
      new Thread(() -> cache.pages.put("home", cache.database.ask()), "refresh").start();
    } else {
      Progress.pause(LOAD.toNanos() / 20);
      cache.pages.remove("home");
      FaultWatch.awaitAndAnnounce(() -> cache.asking.get() == VISITORS);
    }
    served.print();
  }

  private void keepVisiting(Progress served) {
    while (true) {
      asking.incrementAndGet();
      pages.computeIfAbsent("home", page -> database.ask());
      asking.decrementAndGet();
      served.count();
      Progress.pause(BETWEEN_VISITS_NANOS);
    }
  }
}
