package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;

/** Two classes need each other to begin with; benign: one thread has loaded both before. */
final class CrossedInitialisers {
  static final CountDownLatch BOTH_BEGUN = new CountDownLatch(2);

  private CrossedInitialisers() {}

  /** Needs prices. */
  static final class Taxes {
    static final int RATE = begin(() -> Prices.BASE);

    private Taxes() {}
  }

  /** Needs taxes. */
  static final class Prices {
    static final int BASE = begin(() -> Taxes.RATE);

    private Prices() {}
  }

  private interface Number {
    int get();
  }

  private static int begin(Number other) {
    BOTH_BEGUN.countDown();
    Stage.await(BOTH_BEGUN);
    return other.get() + 1;
  }

  public static void main(String[] arguments) throws Exception {
    if (!Stage.faulty(arguments)) {
      BOTH_BEGUN.countDown();
      BOTH_BEGUN.countDown();
      System.out.println(Taxes.RATE);
    }
    Thread first = Stage.start("till-1", () -> use(Taxes.RATE));
    Thread second = Stage.start("till-2", () -> use(Prices.BASE));
    if (Stage.faulty(arguments)) {
      // Waiting for a class is told by no state of a thread.
      BOTH_BEGUN.await();
      while (!isInInitialiser(first) || !isInInitialiser(second)) {
        Stage.rest(10);
      }
      Stage.ready();
    }
    Stage.awaitThem(Thread.State.TIMED_WAITING, "till-1", "till-2");
  }

  private static boolean isInInitialiser(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0 && stack[0].getMethodName().startsWith("lambda$static");
  }

  private static void use(int number) {
    if (number > 0) {
      Stage.sleepForEver();
    }
  }
}
