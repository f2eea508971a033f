package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PermitTableTest {
  private final Object semaphore = new Object();

  @BeforeEach
  void record() {
    PermitTable.record(true);
  }

  @AfterEach
  void forget() {
    PermitTable.record(false);
  }

  @Test
  void givenPermits_whenTakenAndGivenBack_thenTheBooksAddUp() {
    PermitTable.made(semaphore, 3);
    PermitTable.acquired(semaphore, 2);
    PermitTable.acquired(semaphore, 1);
    PermitTable.released(semaphore, 1);

    assertThat(PermitTable.madeWith(semaphore)).isEqualTo(3);
    assertThat(held(semaphore)).isEqualTo(2);
    assertThat(PermitTable.isGivenBack(semaphore)).isTrue();
    assertThat(PermitTable.isHandedOver(semaphore)).isFalse();
  }

  @Test
  void givenPermitsOfAnother_whenGivenBack_thenTheyAreHandedOverForEver() throws Exception {
    PermitTable.made(semaphore, 1);
    inThread(() -> PermitTable.acquired(semaphore, 1));
    PermitTable.released(semaphore, 1);
    PermitTable.acquired(semaphore, 1);
    PermitTable.released(semaphore, 1);

    assertThat(PermitTable.isHandedOver(semaphore)).isTrue();
  }

  @Test
  void givenMoreThanWasTaken_whenGivenBack_thenThatIsAHandOverToo() {
    PermitTable.made(semaphore, 1);
    PermitTable.acquired(semaphore, 1);
    PermitTable.released(semaphore, 2);

    assertThat(PermitTable.isHandedOver(semaphore)).isTrue();
  }

  @Test
  void givenASemaphoreMadeBeforeTheAgentCame_whenAsked_thenItsPermitsAreNotKnown() {
    PermitTable.acquired(semaphore, 1);

    assertThat(PermitTable.madeWith(semaphore)).isNegative();
  }

  @Test
  void givenFiveLocksInOneHand_whenTaken_thenTheFifthIsCounted() {
    long before = PermitTable.dropped();
    for (int i = 0; i <= PermitTable.ENTRIES; i++) {
      PermitTable.acquired(new Object(), 1);
    }

    assertThat(PermitTable.dropped()).isEqualTo(before + 1);
  }

  @Test
  void givenAThreadThatEndedWithPermits_whenSwept_thenTheyStayTakenUntilThereIsNoRoom()
      throws Exception {
    PermitTable.made(semaphore, 1);
    inThread(() -> PermitTable.acquired(semaphore, 1));

    assertThat(PermitTable.sweep(false)).isEqualTo(1);
    assertThat(held(semaphore)).isEqualTo(1);
    PermitTable.sweep(true);
    assertThat(held(semaphore)).isZero();
  }

  @Test
  void givenAThreadThatEndedWithNothing_whenSwept_thenItIsLetGo() throws Exception {
    inThread(
        () -> {
          PermitTable.acquired(semaphore, 1);
          PermitTable.released(semaphore, 1);
        });
    PermitTable.sweep(false);

    assertThat(PermitTable.sweep(false)).isZero();
  }

  @Test
  void givenStamps_whenExchanged_thenTheSideIsExchangedToo() {
    StampedLock lock = new StampedLock();
    long read = lock.readLock();
    PermitTable.stamped(lock, read);
    assertThat(held(lock)).isEqualTo(1);
    long write = lock.tryConvertToWriteLock(read);
    PermitTable.converted(lock, read, write);
    assertThat(held(lock)).isEqualTo(PermitTable.WRITE);
    long refused = lock.tryConvertToReadLock(read);
    PermitTable.converted(lock, read, refused);
    assertThat(held(lock)).isEqualTo(PermitTable.WRITE);
    PermitTable.unstamped(lock, write);

    assertThat(held(lock)).isZero();
    assertThat(PermitTable.isHandedOver(lock)).isFalse();
  }

  private static int held(Object lock) {
    int held = 0;
    for (int block = 0; block < PermitTable.CAPACITY; block++) {
      for (int entry = 0; entry < PermitTable.ENTRIES; entry++) {
        held += PermitTable.lock(block, entry) == lock ? PermitTable.units(block, entry) : 0;
      }
    }
    return held;
  }

  private static void inThread(Runnable runnable) throws InterruptedException {
    Thread thread = new Thread(runnable, "other");
    thread.start();
    thread.join();
  }
}
