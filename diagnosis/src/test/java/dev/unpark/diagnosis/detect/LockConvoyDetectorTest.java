package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LockConvoyDetectorTest {
  private static final String POST = "shop.Ledger.post(Ledger.java:40)";
  private final LockConvoyDetector detector = new LockConvoyDetector(Thresholds.DEFAULT);

  /** Eleven looks in five seconds. */
  private List<Finding> examine(IntFunction<Scene> look) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 120);
    for (int i = 0; i <= 10; i++) {
      timeline.add(look.apply(i).at(i * 500L));
    }
    return detector.examine(timeline);
  }

  /** Five clerks; at each look another one holds the lock and the others wait in a new turn. */
  private static Scene convoy(int look) {
    Scene scene = new Scene();
    int owner = look % 5;
    for (int i = 0; i < 5; i++) {
      if (i == owner) {
        scene.runs(i, "clerk-" + i);
      } else {
        scene.waits(i, "clerk-" + i, "L", "turn " + look, false, POST);
      }
    }
    return scene.lock("L", owner);
  }

  @Test
  void givenAStandingQueueThatMoves_whenExamined_thenItIsAConvoy() {
    Finding finding = examine(LockConvoyDetectorTest::convoy).get(0);

    assertThat(finding.type()).isEqualTo("lock-convoy");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline())
        .isEqualTo(
            "about 4 threads at any time queue for ReentrantLock at Ledger.post(Ledger.java:40)");
    assertThat(finding.explanation())
        .contains("seen as its owner: clerk-0, clerk-1, clerk-2 and 2 more");
    assertThat(finding.participants()).extracting("role").contains(Role.HOLDER, Role.WAITER);
  }

  @Test
  void givenAQueueThatNeverMoves_whenExamined_thenThatIsNoConvoy() {
    assertThat(
            examine(
                look ->
                    new Scene()
                        .runs(0, "owner")
                        .waits(1, "a", "L", "1", false, POST)
                        .waits(2, "b", "L", "1", false, POST)
                        .waits(3, "c", "L", "1", false, POST)
                        .lock("L", 0)))
        .isEmpty();
  }

  @Test
  void givenAQueueSeenOnlyNowAndThen_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                look -> look % 2 == 0 ? convoy(look) : new Scene().runs(0, "clerk-0").lock("L")))
        .isEmpty();
  }

  @Test
  void givenIdleWorkersThatWaitForACondition_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                look ->
                    new Scene()
                        .waits(1, "a", "C", "turn " + look, false, POST)
                        .waits(2, "b", "C", "turn " + look, false, POST)
                        .waits(3, "c", "C", "turn " + look, false, POST)
                        .unknown("C", ResourceKind.CONDITION)))
        .isEmpty();
  }
}
