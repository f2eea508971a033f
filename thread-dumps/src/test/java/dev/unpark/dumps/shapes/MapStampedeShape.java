package dev.unpark.dumps.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Eight threads compute the same missing entry of a map; benign: it is there. */
final class MapStampedeShape {
  private MapStampedeShape() {}

  public static void main(String[] arguments) throws Exception {
    ConcurrentHashMap<String, String> prices = new ConcurrentHashMap<>();
    boolean faulty = Stage.faulty(arguments);
    if (!faulty) {
      prices.put("tea", "2.50");
    }
    CountDownLatch loading = new CountDownLatch(faulty ? 1 : 0);
    Runnable ask =
        () -> {
          prices.computeIfAbsent("tea", key -> load(loading));
          Stage.sleepForEver();
        };
    Stage.start("http-0", ask);
    loading.await();
    List<Thread> waiters = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      waiters.add(Stage.start("http-" + i, ask));
    }
    for (Thread waiter : waiters) {
      Stage.awaitState(waiter, faulty ? Thread.State.BLOCKED : Thread.State.TIMED_WAITING);
    }
    Stage.ready();
  }

  private static String load(CountDownLatch loading) {
    loading.countDown();
    Stage.sleepForEver();
    return "";
  }
}
