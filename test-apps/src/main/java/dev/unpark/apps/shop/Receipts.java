package dev.unpark.apps.shop;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Receipts on their way to the printer.
 *
 * <p><b>Threading:</b> any thread adds; the printer's thread alone takes. <b>When full:</b> whoever
 * adds waits for the printer.
 */
final class Receipts {
  private static final int CAPACITY = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final Queue<String> waiting = new ArrayDeque<>();

  void add(String receipt) throws InterruptedException {
    lock.lock();
    try {
      while (waiting.size() == CAPACITY) {
        notFull.await();
      }
      waiting.add(receipt);
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the oldest receipt; waits while there is none. */
  String take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        notEmpty.await();
      }
      notFull.signal();
      return waiting.remove();
    } finally {
      lock.unlock();
    }
  }
}
