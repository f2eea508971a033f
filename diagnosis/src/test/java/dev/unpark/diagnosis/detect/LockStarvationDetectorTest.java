package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LockStarvationDetectorTest {
  private static final String WAITS = "shop.Prices.change(Prices.java:12)";
  private final Detector detector = new LockStarvationDetector(Thresholds.DEFAULT);

  /** So many looks a second apart, each of which shows the lock in those hands. */
  private List<Finding> examine(
      int looks,
      ResourceKind kind,
      IntFunction<Set<Long>> holders,
      IntFunction<Set<Long>> others,
      IntFunction<String> turn) {
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    for (int look = 0; look < looks; look++) {
      List<ObservedThread> threads = new ArrayList<>();
      threads.add(waiting(1, "price-update", turn.apply(look)));
      for (long id = 2; id <= 6; id++) {
        threads.add(
            others.apply(look).contains(id)
                ? waiting(id, "reader-" + id, "t")
                : ObservedThread.live(
                    id, "reader-" + id, false, ThreadState.RUNNABLE, null, List.of()));
      }
      timeline.add(
          new Observation(
              Scene.JVM,
              Scene.START.plusSeconds(look),
              threads,
              List.of(new Resource("L", kind, "Lock", "", new Release.AllOf(holders.apply(look)))),
              List.of(),
              List.of(),
              List.of()));
    }
    return detector.examine(timeline);
  }

  private static ObservedThread waiting(long id, String name, String turn) {
    return ObservedThread.live(
        id, name, false, ThreadState.WAITING, new Wait("L", false, turn, null), List.of(WAITS));
  }

  private static Set<Long> inTurn(int look) {
    return Set.of(2L + look % 3);
  }

  @Test
  void givenALockThatOthersTakeAgainAndAgain_whenOneWaitsAllTheTime_thenTellsBoth() {
    List<Finding> findings =
        examine(
            12,
            ResourceKind.STAMPED_LOCK,
            LockStarvationDetectorTest::inTurn,
            look -> Set.of(),
            look -> "1");

    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).headline())
        .isEqualTo("price-update has waited 11 s for Lock, which others got 11 times meanwhile");
    assertThat(findings.get(0).participants())
        .extracting(participant -> participant.thread().name() + " " + participant.role())
        .containsExactly(
            "reader-2 " + Role.HOLDER,
            "reader-3 " + Role.HOLDER,
            "reader-4 " + Role.HOLDER,
            "price-update " + Role.WAITER);
  }

  @Test
  void givenAQueueThatIsServedInOrder_whenItIsLong_thenFindsNothing() {
    assertThat(
            examine(
                12,
                ResourceKind.REENTRANT_LOCK,
                look -> Set.of(2L + look / 3),
                look -> look == 0 ? Set.of(3L, 4L, 5L, 6L) : Set.of(),
                look -> "1"))
        .isEmpty();
  }

  @Test
  void givenAWaiterThatGotItsTurn_whenItWaitsAgain_thenFindsNothing() {
    assertThat(
            examine(
                12,
                ResourceKind.MONITOR,
                LockStarvationDetectorTest::inTurn,
                look -> Set.of(),
                look -> "" + look / 6))
        .isEmpty();
    assertThat(
            examine(
                12,
                ResourceKind.MONITOR,
                LockStarvationDetectorTest::inTurn,
                look -> Set.of(),
                look -> ""))
        .isEmpty();
  }

  @Test
  void givenOneHolderOrAShortTimeOrReadersKnownInPart_whenExamined_thenFindsNothing() {
    assertThat(examine(12, ResourceKind.MONITOR, look -> Set.of(2L), look -> Set.of(), look -> "1"))
        .isEmpty();
    assertThat(
            examine(
                10,
                ResourceKind.MONITOR,
                LockStarvationDetectorTest::inTurn,
                look -> Set.of(),
                look -> "1"))
        .isEmpty();
    assertThat(
            examine(
                12,
                ResourceKind.READ_WRITE_LOCK,
                LockStarvationDetectorTest::inTurn,
                look -> Set.of(),
                look -> "1"))
        .isEmpty();
  }
}
