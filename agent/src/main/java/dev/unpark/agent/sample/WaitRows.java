package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.WaitTable;
import java.util.IdentityHashMap;
import java.util.Map;

/** Reads the wait table that the hooks fill. */
final class WaitRows {
  private WaitRows() {}

  /**
   * One wait that a hook saw begin.
   *
   * @param synchronizer what the thread waits for
   * @param turn names this wait for ever
   * @param startNanos by {@code System.nanoTime}
   */
  record Row(Object synchronizer, String turn, long startNanos) {
    /**
     * A thread has a second row when it waits inside an acquire of its own making, or when a stack
     * overflow left one behind: the later one is the wait that it is in.
     */
    Row newer(Row other) {
      return other.startNanos - startNanos > 0 ? other : this;
    }
  }

  /** The waits that stand in the table now, by thread. */
  static Map<Thread, Row> read() {
    Map<Thread, Row> rows = new IdentityHashMap<>();
    for (int index = 0; index < WaitTable.CAPACITY; index++) {
      Thread waiter = WaitTable.waiter(index);
      if (waiter == null) {
        continue;
      }
      if (!waiter.isAlive()) {
        WaitTable.forget(index, waiter);
        continue;
      }
      long sequence = WaitTable.sequence(index);
      Object synchronizer = WaitTable.synchronizer(index);
      long start = WaitTable.start(index);
      boolean valid =
          (sequence & 1) == 1
              && synchronizer != null
              && WaitTable.waiter(index) == waiter
              && WaitTable.sequence(index) == sequence;
      if (valid && synchronizer != null) {
        Row row = new Row(synchronizer, "h" + index + ":" + sequence, start);
        rows.merge(waiter, row, Row::newer);
      }
    }
    return rows;
  }
}
