package dev.unpark.dumps.shapes;

/** A filler and a taker that wait on one object, of which the last signal woke the wrong one. */
public final class OneSignalForTwo {
  private final Object shelf = new Object();

  private OneSignalForTwo() {}

  public static void main(String[] arguments) throws InterruptedException {
    OneSignalForTwo shop = new OneSignalForTwo();
    Shape.start("filler", shop::fill);
    Shape.start("taker", shop::take);
    if (Shape.isBenign(arguments)) {
      Shape.awaitState("filler", Thread.State.WAITING);
      Shape.awaitState("taker", Thread.State.WAITING);
      synchronized (shop.shelf) {
        shop.shelf.notifyAll();
      }
      Shape.awaitThem(Thread.State.TIMED_WAITING, "filler", "taker");
    }
    Shape.awaitThem(Thread.State.WAITING, "filler", "taker");
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
    Shape.sleepForEver();
  }
}
