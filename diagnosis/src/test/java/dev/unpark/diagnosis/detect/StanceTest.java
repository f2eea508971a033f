package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StanceTest {
  private static final String HERE = "shop.Bank.move(Bank.java:31)";
  private static final String THERE = "shop.Bank.move(Bank.java:32)";

  private static Stance stance(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(5), 200);
    List.of(looks).forEach(timeline::add);
    List<ObservedThread> threads = looks[looks.length - 1].threads();
    return Stance.of(threads, timeline);
  }

  private static Observation waits(long millis, String resource, String turn, String place) {
    return new Scene()
        .waits(1, "a", resource, turn, false, place)
        .unknown(resource, ResourceKind.LATCH)
        .at(millis);
  }

  private static Observation without(long millis, ThreadState state, String place) {
    return new Scene().stands(1, "a", state, place).at(millis);
  }

  @Test
  void givenTheSameWaitAndTurn_whenLookedBack_thenItHasStood() {
    Stance stance = stance(waits(0, "L", "1", HERE), waits(2000, "L", "1", HERE));

    assertThat(stance.looks()).isEqualTo(2);
    assertThat(stance.since()).isEqualTo(Scene.START);
    assertThat(stance.fromDump()).isFalse();
  }

  @Test
  void givenAnotherTurnOrAnotherLock_whenLookedBack_thenItHasNot() {
    assertThat(stance(waits(0, "L", "1", HERE), waits(9, "L", "2", HERE)).looks()).isEqualTo(1);
    assertThat(stance(waits(0, "L", "1", HERE), waits(9, "M", "1", HERE)).looks()).isEqualTo(1);
  }

  @Test
  void givenNoTurns_whenLookedBack_thenTheSameLineOfTheSameLockMustDo() {
    assertThat(stance(waits(0, "L", "", HERE), waits(9, "L", "", HERE)).looks()).isEqualTo(2);
    assertThat(stance(waits(0, "L", "", THERE), waits(9, "L", "", HERE)).looks()).isEqualTo(1);
    assertThat(stance(waits(0, "M", "", HERE), waits(9, "L", "", HERE)).looks()).isEqualTo(1);
  }

  @Test
  void givenThreadsThatWaitForNothingKnown_whenLookedBack_thenStateAndLineMustBeTheSame() {
    Observation blocked = without(9, ThreadState.BLOCKED, HERE);

    assertThat(stance(without(0, ThreadState.BLOCKED, HERE), blocked).looks()).isEqualTo(2);
    assertThat(stance(without(0, ThreadState.BLOCKED, THERE), blocked).looks()).isEqualTo(1);
    assertThat(stance(without(0, ThreadState.RUNNABLE, HERE), blocked).looks()).isEqualTo(1);
    assertThat(stance(waits(0, "L", "1", HERE), blocked).looks()).isEqualTo(1);
    assertThat(stance(blocked, waits(99, "L", "1", HERE)).looks()).isEqualTo(1);
  }

  @Test
  void givenAThreadThatWasNotThere_whenLookedBack_thenItsFirstLookCounts() {
    Observation before = new Scene().runs(2, "b").at(0);

    assertThat(stance(before, waits(9, "L", "1", HERE)).since())
        .isEqualTo(Scene.START.plusMillis(9));
  }

  @Test
  void givenLooksWhileTheySay_whenJudged_thenLiveATrendIsNeededAndADumpIsEnough() {
    Timeline timeline = new Timeline(Duration.ofMinutes(5), 200);
    timeline.add(waits(0, "L", "1", HERE));
    timeline.add(waits(3999, "L", "1", HERE));
    Stance brief = Stance.of(timeline.latest().threads(), timeline);

    assertThat(brief.isTold(timeline, Thresholds.DEFAULT)).isFalse();
    timeline.add(waits(4000, "L", "1", HERE));
    assertThat(
            Stance.of(timeline.latest().threads(), timeline).isTold(timeline, Thresholds.DEFAULT))
        .isTrue();
    assertThat(new Stance(brief.since(), 1, true).isTold(timeline, Thresholds.DEFAULT)).isTrue();
  }
}
