package dev.unpark.dumps.shapes;

import java.util.HashMap;
import java.util.Map;

/** Two threads wait for a flag that nobody sets; benign: they sleep between looks at it. */
final class HotLoopShape {
  private static volatile boolean done;

  private HotLoopShape() {}

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    Stage.start("poller-1", () -> poll(faulty));
    Stage.start("poller-2", () -> poll(faulty));
    Stage.ready();
  }

  private static void poll(boolean faulty) {
    Map<Integer, Integer> counts = new HashMap<>();
    while (!done) {
      if (faulty) {
        counts.merge(1, 1, Integer::sum);
      } else {
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
