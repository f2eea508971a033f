package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/** Two virtual threads hold each other's monitor; benign: they ask in one order. */
final class VirtualRing {
  private static final Object ACCOUNT = new Object();
  private static final Object LEDGER = new Object();

  private VirtualRing() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    Thread first = Stage.startVirtual("transfer", () -> move(ACCOUNT, LEDGER, bothHoldOne));
    if (!Stage.faulty(arguments)) {
      bothHoldOne.countDown();
      Stage.awaitState(first, Thread.State.TIMED_WAITING);
      Stage.ready();
    }
    Thread second = Stage.startVirtual("audit", () -> move(LEDGER, ACCOUNT, bothHoldOne));
    Stage.awaitState(first, Thread.State.BLOCKED);
    Stage.awaitState(second, Thread.State.BLOCKED);
    Stage.ready();
  }

  private static void move(Object from, Object to, CountDownLatch bothHoldOne) {
    synchronized (from) {
      bothHoldOne.countDown();
      Stage.await(bothHoldOne);
      synchronized (to) {
        to.notifyAll();
      }
    }
    Stage.sleepForEver();
  }
}
