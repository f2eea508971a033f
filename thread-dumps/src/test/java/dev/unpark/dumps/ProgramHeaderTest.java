package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ThreadState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that open a thread where a program prints its threads itself. */
class ProgramHeaderTest {
  @ParameterizedTest
  @CsvSource({
    "Blocked, BLOCKED",
    "blocked on a lock, BLOCKED",
    "Waiting, WAITING",
    "in Object.wait(), WAITING",
    "TimedWaiting, TIMED_WAITING",
    "Sleeping(2), TIMED_WAITING",
    "Runnable, RUNNABLE",
    "Native, RUNNABLE",
    "runnable, RUNNABLE",
    "Zombie, UNKNOWN",
  })
  void givenAStatusOfTheRuntime_whenRead_thenItsStateIsKnown(String status, ThreadState state) {
    ProgramHeader header = ProgramHeader.parse("\"till-1\" daemon prio=5 tid=41 " + status);

    assertThat(header).isEqualTo(new ProgramHeader("till-1", 41, state, true, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Thread pool is full",
        "Current state: fine",
        "\"till-1\" Id=none",
        "\"till-1\" id=none",
        "\"till-1\" tid=none",
        "\"till-1\" says nothing",
        "     Thread[id=none]",
        "1) 2) Thread[id=none]",
      })
  void givenALineThatOnlyLooksAlike_whenRead_thenItOpensNoThread(String line) {
    assertThat(ProgramHeader.opens(line)).isFalse();
  }

  @Test
  void givenALineThatIsFarTooLong_whenRead_thenItOpensNoThread() {
    String header = "Thread 41 (" + "x".repeat(3_000) + "):";

    assertThat(ProgramHeader.opens(header)).isFalse();
    assertThat(ProgramHeader.opens("Thread 41 (x):")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.Till@00ff owned by \"till-2\" Id=22|shop.Till@ff|22|till-2",
        "[object=shop.Till@ff, ownerName=till-2, ownerId=103]|shop.Till@ff|103|till-2",
        "<0x0c1f> (a shop.Till) held by thread 12|shop.Till@c1f|12|''",
        "shop.Till@0|shop.Till@0|-1|''",
      })
  void givenALock_whenRead_thenAllSpellingsAreOne(
      String line, String id, long owner, String ownerName) {
    assertThat(ProgramLock.of(line, 0))
        .isEqualTo(new ProgramLock(id, "shop.Till", owner, ownerName));
  }

  @Test
  void givenNoLock_whenRead_thenThereIsNone() {
    assertThat(ProgramLock.of("nothing of note", 0)).isNull();
    assertThat(ProgramLock.of("shop.Till@ff" + " ".repeat(3_000), 0)).isNull();
  }
}
