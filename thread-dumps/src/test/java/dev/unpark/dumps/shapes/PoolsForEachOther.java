package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Orders wait for tasks of the pool of invoices, and invoices for tasks of the pool of orders;
 * benign: invoices wait for nobody.
 */
final class PoolsForEachOther {
  private static final int WORKERS = 2;

  private PoolsForEachOther() {}

  public static void main(String[] arguments) throws Exception {
    ExecutorService orders = pool("orders");
    ExecutorService invoices = pool("invoices");
    CountDownLatch allRun = new CountDownLatch(2 * WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      orders.submit(() -> waitFor(invoices, allRun));
      invoices.submit(
          () -> {
            if (Stage.faulty(arguments)) {
              waitFor(orders, allRun);
            }
            allRun.countDown();
            return "written";
          });
    }
    Stage.awaitThem(Thread.State.WAITING, "orders-1", "orders-2", "invoices-1", "invoices-2");
  }

  private static String waitFor(ExecutorService other, CountDownLatch allRun) throws Exception {
    allRun.countDown();
    Stage.await(allRun);
    return other.submit(() -> "part").get();
  }

  private static ExecutorService pool(String name) {
    int[] made = {0};
    return Executors.newFixedThreadPool(
        WORKERS,
        work -> {
          Thread worker = new Thread(work, name + '-' + ++made[0]);
          worker.setDaemon(true);
          return worker;
        });
  }
}
