package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds, by the times at which waiters get a lock. */
class LockCountersTest {
  private static final long MILLI = 1_000_000;
  private final Object lock = new Object();

  @BeforeEach
  void anew() {
    LockCounters.renew();
  }

  @Test
  void givenTwoWhoWaitedAtOnce_whenOneFollowsTheOther_thenTheFirstHeldUntilThen() {
    LockCounters.add(lock, 10 * MILLI, 20 * MILLI, true, true);
    LockCounters.add(lock, 11 * MILLI, 27 * MILLI, true, true);

    assertThat(heldNanos()).isBetween(7 * MILLI - 1, 7 * MILLI);
  }

  @Test
  void givenAWaiterWhoCameLater_whenItGetsTheLock_thenNothingIsKnownOfTheHold() {
    LockCounters.add(lock, 10 * MILLI, 20 * MILLI, true, true);
    LockCounters.add(lock, 21 * MILLI, 27 * MILLI, true, true);

    assertThat(heldNanos()).isZero();
  }

  @Test
  void givenAThreadBackFromACondition_whenTheNextGetsTheLock_thenItsHoldBeginsThere() {
    LockCounters.add(lock, 10 * MILLI, 20 * MILLI, true, true);
    LockCounters.retaken(lock, 25 * MILLI);
    LockCounters.add(lock, 11 * MILLI, 27 * MILLI, true, true);

    assertThat(heldNanos()).isBetween(2 * MILLI - 1, 2 * MILLI);
  }

  @Test
  void givenReadersInBetween_whenAWriterFollows_thenNothingIsKnownOfTheHold() {
    LockCounters.add(lock, 10 * MILLI, 20 * MILLI, true, true);
    LockCounters.add(lock, 10 * MILLI, 22 * MILLI, true, false);
    LockCounters.add(lock, 11 * MILLI, 27 * MILLI, true, true);

    assertThat(heldNanos()).isZero();
  }

  private long heldNanos() {
    LockCounters table = LockCounters.current();
    long sum = 0;
    for (int row = 0; row < LockCounters.CAPACITY; row++) {
      if (table.key(row) == LockCounters.keyOf(lock, true)) {
        sum += table.heldNanos(row);
      }
    }
    return sum;
  }
}
