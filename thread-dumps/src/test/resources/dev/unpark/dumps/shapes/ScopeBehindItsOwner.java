package dev.unpark.dumps.shapes;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.StructuredTaskScope;

/**
 * Joins, with the order locked, subtasks that lock the order; benign: it locks it afterwards. A preview
 * API, so this is compiled by the JDK that runs it.
 */
final class ScopeBehindItsOwner {
  private static final Object ORDER = new Object();
  private static final int PARTS = 2;

  private ScopeBehindItsOwner() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    Thread checkout = Stage.start("checkout", () -> checkOut(faulty));
    Stage.awaitState(checkout, faulty ? Thread.State.WAITING : Thread.State.TIMED_WAITING);
    Stage.ready();
  }

  private static void checkOut(boolean locked) {
    if (locked) {
      synchronized (ORDER) {
        join(true);
      }
    }
    join(false);
    synchronized (ORDER) {
      Stage.sleepForEver();
    }
  }

  private static void join(boolean locked) {
    try (var scope = StructuredTaskScope.open()) {
      Queue<Thread> subtasks = new ConcurrentLinkedQueue<>();
      for (int part = 0; part < PARTS; part++) {
        scope.fork(
            () -> {
              subtasks.add(Thread.currentThread());
              return price();
            });
      }
      while (subtasks.size() < PARTS) {
        Stage.rest(5);
      }
      for (Thread subtask : subtasks) {
        Stage.awaitState(subtask, locked ? Thread.State.BLOCKED : Thread.State.TERMINATED);
      }
      scope.join();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static int price() {
    synchronized (ORDER) {
      return 1;
    }
  }
}
