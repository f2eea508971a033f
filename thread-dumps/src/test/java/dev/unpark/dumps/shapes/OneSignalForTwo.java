package dev.unpark.dumps.shapes;

/** A filler and a taker that wait on one object, of which the last signal woke the wrong one. */
final class OneSignalForTwo {
  private final Object shelf = new Object();

  private OneSignalForTwo() {}

  public static void main(String[] arguments) throws Exception {
    OneSignalForTwo shop = new OneSignalForTwo();
    Stage.start("filler", shop::fill);
    Stage.start("taker", shop::take);
    if (!Stage.faulty(arguments)) {
      Stage.awaitState("filler", Thread.State.WAITING);
      Stage.awaitState("taker", Thread.State.WAITING);
      synchronized (shop.shelf) {
        shop.shelf.notifyAll();
      }
      Stage.awaitThem(Thread.State.TIMED_WAITING, "filler", "taker");
    }
    Stage.awaitThem(Thread.State.WAITING, "filler", "taker");
  }

  private void fill() {
    await();
  }

  private void take() {
    await();
  }

  private void await() {
    synchronized (shelf) {
      try {
        shelf.wait();
      } catch (InterruptedException over) {
        return;
      }
    }
    Stage.sleepForEver();
  }
}
