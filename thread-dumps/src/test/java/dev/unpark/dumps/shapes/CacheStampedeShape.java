package dev.unpark.dumps.shapes;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Eight threads load the same missing entry of a Caffeine cache; benign: it is there. */
final class CacheStampedeShape {
  private CacheStampedeShape() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    CountDownLatch loading = new CountDownLatch(faulty ? 1 : 0);
    LoadingCache<String, String> prices =
        Caffeine.newBuilder().maximumSize(10).build(key -> load(loading));
    if (!faulty) {
      prices.put("tea", "2.50");
    }
    Runnable ask =
        () -> {
          prices.get("tea");
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
