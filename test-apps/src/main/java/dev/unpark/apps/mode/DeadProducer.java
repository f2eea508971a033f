package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Printers that wait for pages from one producer, which dies of a bad page: nobody is left who
 * could wake them. Mended, it skips the page.
 */
public final class DeadProducer {
  private static final int PRINTERS = 3;
  private static final int BAD_PAGE = 250;
  private static final long BETWEEN_PAGES_NANOS = 20_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Integer> pages = new ArrayDeque<>();
  private final Progress printed = new Progress("pages printed");

  private DeadProducer() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    DeadProducer queue = new DeadProducer();
    for (int printer = 1; printer <= PRINTERS; printer++) {
      new Thread(queue::keepPrinting, "printer-" + printer).start();
    }
    Thread producer = new Thread(() -> queue.produce(switches.healthy()), "page-source");
    producer.start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> !producer.isAlive() && queue.waiters() == PRINTERS);
    }
    queue.printed.print();
  }

  private int waiters() {
    lock.lock();
    try {
      return lock.getWaitQueueLength(arrived);
    } finally {
      lock.unlock();
    }
  }

  private void produce(boolean skipsBadPages) {
    for (int page = 1; ; page++) {
      if (page % BAD_PAGE == 0) {
        if (!skipsBadPages) {
          throw new IllegalArgumentException("page " + page + " cannot be rendered");
        }
        continue;
      }
      lock.lock();
      try {
        pages.add(page);
        arrived.signal();
      } finally {
        lock.unlock();
      }
      Progress.pause(BETWEEN_PAGES_NANOS);
    }
  }

  private void keepPrinting() {
    while (true) {
      lock.lock();
      try {
        while (pages.isEmpty()) {
          arrived.awaitUninterruptibly();
        }
        pages.remove();
      } finally {
        lock.unlock();
      }
      printed.count();
    }
  }
}
