package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.agent.bootstrap.WaitTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitRowsTest {
  private static final int OVERFLOWS = 300;

  @BeforeEach
  void recordWaits() {
    WaitTable.record(true);
  }

  @AfterEach
  void stopRecording() {
    WaitTable.record(false);
  }

  @Test
  void givenAWarmUp_whenRead_thenNobodyWaits() {
    WaitTable.warmUp();

    assertThat(WaitRows.read()).doesNotContainKey(Thread.currentThread());
    assertThat(rowsOf(Thread.currentThread())).isZero();
  }

  @Test
  void givenARowLeftBehind_whenTheThreadWaitsForTheSameAgain_thenTheLaterWaitCounts() {
    Object lock = new Object();
    int left = WaitTable.enter(lock, false);
    String leftTurn = WaitRows.read().get(Thread.currentThread()).turn();
    int now = WaitTable.enter(lock, false);

    WaitRows.Row row = WaitRows.read().get(Thread.currentThread());

    assertThat(row.turn()).isNotEqualTo(leftTurn);
    WaitTable.exit(now, true, false);
    WaitTable.exit(left, true, false);
  }

  @Test
  void givenStackOverflowsInTheHooks_whenTheThreadHasEnded_thenNothingKeepsIt() throws Exception {
    Object lock = new Object();
    Thread overflowing =
        new Thread(
            () -> {
              for (int i = 0; i < OVERFLOWS; i++) {
                overflow(lock, i % 3);
              }
            });
    overflowing.start();
    overflowing.join();

    WaitRows.read();

    assertThat(rowsOf(overflowing)).isZero();
  }

  /** As the woven advice does it: an error on the way in leaves no token for the way out. */
  private static int overflow(Object lock, int depth) {
    int token = WaitTable.NOT_RECORDED;
    try {
      token = WaitTable.enter(lock, false);
    } catch (StackOverflowError onTheWayIn) {
      return depth;
    }
    try {
      return overflow(lock, depth + 1);
    } catch (StackOverflowError deepest) {
      return depth;
    } finally {
      exitQuietly(token);
    }
  }

  private static void exitQuietly(int token) {
    try {
      WaitTable.exit(token, true, false);
    } catch (StackOverflowError onTheWayOut) {
      // The row stays.
    }
  }

  private static int rowsOf(Thread thread) {
    int rows = 0;
    for (int row = 0; row < WaitTable.CAPACITY; row++) {
      rows += WaitTable.waiter(row) == thread ? 1 : 0;
    }
    return rows;
  }
}
