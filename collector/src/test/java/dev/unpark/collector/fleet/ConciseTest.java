package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConciseTest {
  @Test
  void givenAFindingOfAFewThreads_whenTold_thenItIsAllThere() {
    Finding few = finding(200);

    assertThat(Concise.of(few)).isSameAs(few);
  }

  @Test
  void givenAFindingOfThousandsOfThreads_whenTold_thenTheFirstAreNamedAndTheOthersCounted() {
    Finding told = Concise.of(finding(8_000));

    assertThat(told.participants()).isEqualTo(finding(200).participants());
    assertThat(told.limits())
        .containsExactly("7,800 more threads take part: the graph of this JVM shows them");
    assertThat(told.id()).isEqualTo("deadlock:1");
  }

  private static Finding finding(int threads) {
    return new Finding(
        "deadlock:1",
        "deadlock",
        Finding.State.OPENED,
        Certainty.PROVEN,
        Severity.CRITICAL,
        "many wait",
        Instant.EPOCH,
        Instant.EPOCH,
        new JvmIdentity("shop", "1", 1, ""),
        LongStream.range(0, threads).mapToObj(ConciseTest::victim).toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Participant victim(long id) {
    ObservedThread thread =
        ObservedThread.live(id, "t-" + id, false, ThreadState.BLOCKED, null, List.of());
    return new Participant(thread, Role.VICTIM, List.of(), null);
  }
}
