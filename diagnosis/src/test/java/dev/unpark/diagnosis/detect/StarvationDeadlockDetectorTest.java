package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StarvationDeadlockDetectorTest {
  private final StarvationDeadlockDetector detector = new StarvationDeadlockDetector();

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  private static Scene starved() {
    return new Scene()
        .waits(1, "pricing-1", "f1", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .waits(2, "pricing-2", "f2", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .waits(3, "http-1", "f3")
        .queuedFuture("f1", "P")
        .queuedFuture("f2", "P")
        .queuedFuture("f3", "P")
        .pool("P", "pricing-#", 3, 10, 1, 2);
  }

  @Test
  void givenAPoolWhoseWorkersWaitForItsOwnQueue_whenSeenTwice_thenItIsProvenAndTold() {
    Finding finding = examine(starved().at(0), starved().at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.headline())
        .isEqualTo(
            "all 2 workers of pool \"pricing-#\" wait for tasks that only this pool can run");
    assertThat(finding.explanation())
        .containsExactly(
            "pricing-1 and pricing-2 wait for a FutureTask at Quotes.discount(Quotes.java:131)",
            "pool \"pricing-#\": 3 tasks queued, 2 of 2 workers wait, none will come free",
            "behind them: 1 thread of \"http-#\"");
    assertThat(finding.executors()).extracting("id").containsExactly("P");
  }

  @Test
  void givenASingleWorker_whenExamined_thenTheHeadlineCountsRight() {
    Scene one =
        new Scene().waits(1, "timer", "f").queuedFuture("f", "P").pool("P", "timer", 1, 0, 1);

    assertThat(examine(one.at(0)).get(0).headline())
        .isEqualTo(
            "the only worker of pool \"timer\" waits for a task that only this pool can run");
  }

  @Test
  void givenOneWorkerThatRuns_whenExamined_thenFindsNothing() {
    Scene scene =
        new Scene()
            .waits(1, "pricing-1", "f1")
            .runs(2, "pricing-2")
            .queuedFuture("f1", "P")
            .pool("P", "pricing-#", 1, 10, 1, 2);

    assertThat(examine(scene.at(0), scene.at(500))).isEmpty();
  }

  @Test
  void givenALockDeadlock_whenExamined_thenThatIsAnotherDetectorsFinding() {
    Scene ring = new Scene().waits(1, "a", "X").waits(2, "b", "Y").lock("X", 2).lock("Y", 1);

    assertThat(examine(ring.at(0))).isEmpty();
  }
}
