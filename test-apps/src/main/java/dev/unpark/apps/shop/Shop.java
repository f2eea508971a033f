package dev.unpark.apps.shop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the shop does, whoever asks for it. Any thread may call. */
final class Shop {
  private static final int CONNECTIONS = 6;
  private static final int SHIPPERS = 4;

  private final Catalogue catalogue = new Catalogue();
  private final ConnectionPool connections = new ConnectionPool(CONNECTIONS);
  private final Receipts receipts = new Receipts();
  private final ExecutorService shipping =
      Executors.newFixedThreadPool(SHIPPERS, numbered("shipping"));
  private final ScheduledExecutorService housekeeping =
      Executors.newScheduledThreadPool(2, numbered("housekeeping"));
  private final Object salesLock = new Object();
  private long sales;

  void open() {
    daemon("receipt-printer", this::printReceipts).start();
    housekeeping.scheduleAtFixedRate(
        () -> catalogue.reprice(salesSoFar() % 7), 200, 200, TimeUnit.MILLISECONDS);
    housekeeping.scheduleWithFixedDelay(catalogue::worth, 1, 1, TimeUnit.SECONDS);
  }

  /** Buys one item: reads its price, asks the database, books the sale. */
  String buy(int item) throws InterruptedException {
    try (ConnectionPool.Connection connection = connections.borrow()) {
      connection.query();
    }
    synchronized (salesLock) {
      sales += catalogue.price(item);
    }
    receipts.add("item " + item);
    return "bought " + item;
  }

  /** Asks several carriers at once, on a pool of their own, and waits for all of them. */
  String ship(int item) throws InterruptedException, ExecutionException {
    List<Callable<Long>> carriers = new ArrayList<>();
    for (int carrier = 1; carrier <= 2; carrier++) {
      long fee = carrier * 50L;
      carriers.add(() -> catalogue.price(item) / 10 + fee);
    }
    long best = Long.MAX_VALUE;
    for (Future<Long> offer : shipping.invokeAll(carriers)) {
      best = Math.min(best, offer.get());
    }
    return "shipping " + best;
  }

  /** Works on the common pool while the caller waits. */
  String report() throws InterruptedException, ExecutionException {
    return "worth " + CompletableFuture.supplyAsync(catalogue::worth).get();
  }

  private long salesSoFar() {
    synchronized (salesLock) {
      return sales;
    }
  }

  private void printReceipts() {
    try {
      while (true) {
        receipts.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory numbered(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> daemon(name + "-" + number.incrementAndGet(), task);
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
