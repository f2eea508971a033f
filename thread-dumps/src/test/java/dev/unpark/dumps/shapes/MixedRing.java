package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Three cooks hold a monitor, a lock and another monitor, and each wants the next one's; benign:
 * all ask in one order.
 */
final class MixedRing {
  private static final Object OVEN = new Object();
  private static final ReentrantLock TABLE = new ReentrantLock();
  private static final Object SINK = new Object();

  private MixedRing() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch allHoldOne = new CountDownLatch(3);
    if (!Stage.faulty(arguments)) {
      for (int i = 1; i <= 3; i++) {
        allHoldOne.countDown();
        Stage.start("cook-" + i, () -> ovenThenTable(allHoldOne));
      }
      Stage.awaitThem(Thread.State.TIMED_WAITING, "cook-1", "cook-2", "cook-3");
    }
    Stage.start("cook-1", () -> ovenThenTable(allHoldOne));
    Stage.start("cook-2", () -> tableThenSink(allHoldOne));
    Thread third = Stage.start("cook-3", () -> sinkThenOven(allHoldOne));
    Stage.awaitState(third, Thread.State.BLOCKED);
    Stage.awaitState("cook-2", Thread.State.BLOCKED);
    Stage.awaitThem(Thread.State.WAITING, "cook-1");
  }

  private static void ovenThenTable(CountDownLatch allHoldOne) {
    synchronized (OVEN) {
      meet(allHoldOne);
      TABLE.lock();
      TABLE.unlock();
    }
    Stage.sleepForEver();
  }

  private static void tableThenSink(CountDownLatch allHoldOne) {
    TABLE.lock();
    meet(allHoldOne);
    synchronized (SINK) {
      TABLE.unlock();
    }
  }

  private static void sinkThenOven(CountDownLatch allHoldOne) {
    synchronized (SINK) {
      meet(allHoldOne);
      synchronized (OVEN) {
        SINK.notifyAll();
      }
    }
  }

  private static void meet(CountDownLatch allHoldOne) {
    allHoldOne.countDown();
    Stage.await(allHoldOne);
  }
}
