package dev.unpark.cli;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program that hangs in the way that its argument names, says {@code ready} and waits to be
 * looked at. The dumps under {@code src/test/resources} were taken of it with jstack and jcmd.
 */
public final class Hangs {
  private Hangs() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "locks" -> locks();
      case "monitors" -> monitors(false);
      case "virtual-monitors" -> monitors(true);
      case "class-initialization" -> classInitialization();
      case "long-hold" -> longHold();
      case "nothing" -> nothing();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    Thread.sleep(500);
    System.out.println("ready");
    Thread.sleep(120_000);
  }

  private static void locks() {
    Account checking = new Account(new ReentrantLock());
    Account savings = new Account(new ReentrantLock());
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    start("transfer-1", () -> checking.transferTo(savings, bothHoldOne));
    start("transfer-2", () -> savings.transferTo(checking, bothHoldOne));
  }

  private record Account(Lock lock) {
    void transferTo(Account other, CountDownLatch bothHoldOne) {
      lock.lock();
      try {
        meet(bothHoldOne);
        other.lock.lock();
        other.lock.unlock();
      } finally {
        lock.unlock();
      }
    }
  }

  private static void monitors(boolean virtual) throws ReflectiveOperationException {
    Ledger audit = new Ledger();
    Ledger sales = new Ledger();
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    Runnable post = () -> audit.post(sales, bothHoldOne);
    Runnable settle = () -> sales.post(audit, bothHoldOne);
    if (virtual) {
      startVirtual("post", post);
      startVirtual("settle", settle);
    } else {
      start("post", post);
      start("settle", settle);
    }
    // Queues behind the knot without being part of it.
    start(
        "report",
        () -> {
          await(bothHoldOne);
          synchronized (audit) {
            audit.notifyAll();
          }
        });
  }

  private static final class Ledger {
    void post(Ledger other, CountDownLatch bothHoldOne) {
      synchronized (this) {
        meet(bothHoldOne);
        synchronized (other) {
          other.notifyAll();
        }
      }
    }
  }

  private static final CountDownLatch BOTH_INITIALISE = new CountDownLatch(2);

  private static void classInitialization() {
    start("catalogue", Catalogue::touch);
    start("prices", Prices::touch);
  }

  private static final class Catalogue {
    static {
      meet(BOTH_INITIALISE);
      Prices.touch();
    }

    static void touch() {}
  }

  private static final class Prices {
    static {
      meet(BOTH_INITIALISE);
      Catalogue.touch();
    }

    static void touch() {}
  }

  /** One thread sleeps with a lock in its hand, another one waits for it. */
  private static void longHold() {
    ReentrantLock lock = new ReentrantLock();
    start("holder", () -> holdForLong(lock));
    start("queued", lock::lock);
    nothing();
  }

  /** Waits that harm nobody: for a signal, for work, for a lock's condition. */
  private static void nothing() {
    Object bell = new Object();
    start("waiter", () -> await(bell));
    ExecutorService pool = Executors.newFixedThreadPool(2, Hangs::daemon);
    pool.execute(() -> {});
    pool.execute(() -> {});
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "worker");
    thread.setDaemon(true);
    return thread;
  }

  private static void holdForLong(ReentrantLock lock) {
    lock.lock();
    try {
      Thread.sleep(120_000);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private static void await(Object bell) {
    synchronized (bell) {
      try {
        bell.wait();
      } catch (InterruptedException over) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void meet(CountDownLatch others) {
    others.countDown();
    await(others);
  }

  private static void await(CountDownLatch others) {
    try {
      others.await();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** From JDK 21 on; this class is compiled for 17. */
  private static void startVirtual(String name, Runnable work) throws ReflectiveOperationException {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object named = type.getMethod("name", String.class).invoke(builder, name);
      type.getMethod("start", Runnable.class).invoke(named, work);
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }
}
