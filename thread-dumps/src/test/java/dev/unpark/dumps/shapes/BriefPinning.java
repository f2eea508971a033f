package dev.unpark.dumps.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;

/**
 * Virtual threads that wait for a moment, one of them in a static initialiser, where it keeps its
 * carrier; and platform threads that wait for locks of other classes. All of it ends.
 */
final class BriefPinning {
  private BriefPinning() {}

  static final class Rates {
    static final int COUNT = load();

    static int load() {
      Stage.rest(60);
      return 1;
    }
  }

  public static void main(String[] arguments) throws Exception {
    List<Thread> threads = new ArrayList<>();
    threads.add(Stage.startVirtual("rates", () -> System.out.println(Rates.COUNT)));
    threads.add(Stage.startVirtual("", () -> Stage.rest(30)));
    ReentrantReadWriteLock stock = new ReentrantReadWriteLock();
    StampedLock till = new StampedLock();
    stock.writeLock().lock();
    long stamp = till.writeLock();
    Thread reader = Stage.start("reader-1", () -> stock.readLock().lock());
    Thread teller = Stage.start("teller-1", () -> till.unlockRead(till.readLock()));
    Stage.awaitState(reader, Thread.State.WAITING);
    Stage.awaitState(teller, Thread.State.WAITING);
    Stage.rest(30);
    stock.writeLock().unlock();
    till.unlockWrite(stamp);
    threads.add(reader);
    threads.add(teller);
    for (Thread thread : threads) {
      thread.join();
    }
    Stage.ready();
  }
}
