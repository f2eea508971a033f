package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LongHoldDetectorTest {
  private static final String POST = "shop.Ledger.post(Ledger.java:40)";
  private final LongHoldDetector detector = new LongHoldDetector(Thresholds.DEFAULT);

  private List<Finding> examine(IntFunction<Scene> look) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 120);
    for (int i = 0; i <= 10; i++) {
      timeline.add(look.apply(i).at(i * 500L));
    }
    return detector.examine(timeline);
  }

  private static Scene held(String turn) {
    return new Scene()
        .reads(0, "report", "shop.Report.write(Report.java:9)")
        .waits(1, "clerk-1", "L", turn, false, POST)
        .waits(2, "clerk-2", "L", turn, false, POST)
        .waits(3, "clerk-3", "L", turn, false, POST)
        .lock("L", 0);
  }

  @Test
  void givenOneOwnerAndWaitersThatDoNotMove_whenSeenLong_thenOwnerAndItsWorkAreNamed() {
    Finding finding = examine(look -> held("1")).get(0);

    assertThat(finding.headline())
        .isEqualTo("report holds ReentrantLock, for which 3 threads wait, for 5 s now");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.explanation())
        .containsExactly(
            "clerk-1, clerk-2 and clerk-3 wait for ReentrantLock at Ledger.post(Ledger.java:40)",
            "report holds it and is in input or output at Report.write(Report.java:9)");
    assertThat(finding.since()).isEqualTo(Scene.START);
  }

  @Test
  void givenAQueueThatMoves_whenExamined_thenThatIsAConvoy() {
    assertThat(examine(look -> held("turn " + look))).isEmpty();
  }

  @Test
  void givenTwoWaitersOnly_whenExamined_thenTwoMeetByChance() {
    assertThat(
            examine(
                look ->
                    new Scene()
                        .runs(0, "report")
                        .waits(1, "clerk-1", "L", "1", false, POST)
                        .waits(2, "clerk-2", "L", "1", false, POST)
                        .lock("L", 0)))
        .isEmpty();
  }

  @Test
  void givenAnOwnerThatChanged_whenExamined_thenItsOwnHoldIsStillShort() {
    assertThat(examine(look -> held("1").runs(9, "other").lock("L", look < 8 ? 9 : 0))).isEmpty();
  }

  @Test
  void givenWaitersThatAreDeadlocked_whenExamined_thenThatIsAnotherDetectorsFinding() {
    assertThat(examine(look -> held("1").waits(0, "report", "K", "1", false, POST).lock("K", 1)))
        .isEmpty();
  }

  @Test
  void givenADumpWithOneWaiter_whenExamined_thenItIsAdviceAndSaysWhatOneLookCannotTell() {
    Observation live = held("1").at(0);
    Observation dump =
        new Observation(
            live.jvm(),
            live.time(),
            live.threads().stream().limit(2).map(LongHoldDetectorTest::printed).toList(),
            live.resources(),
            List.of(),
            List.of(),
            List.of());
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(dump);

    Finding finding = detector.examine(timeline).get(0);
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.headline())
        .isEqualTo("report holds ReentrantLock, for which 1 thread waits");
    assertThat(finding.limits().get(0)).startsWith("how long it is held");
  }

  private Severity severityOf(Scene owner, int waiters) {
    for (int i = 1; i <= waiters; i++) {
      owner.waits(i, "clerk-" + i, "L", "1", false, POST);
    }
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(owner.lock("L", 0).dumped(0));
    return detector.examine(timeline).get(0).severity();
  }

  @Test
  void givenOneDumpOfAnOwnerThatRuns_whenAFewWait_thenItMayBeOnItsWayOut() {
    String sleep = "java.lang.Thread.sleep(Native Method)";

    assertThat(severityOf(new Scene().runs(0, "owner"), 9)).isEqualTo(Severity.ADVICE);
    assertThat(severityOf(new Scene().runs(0, "owner"), 10)).isEqualTo(Severity.WARNING);
    assertThat(severityOf(new Scene().rests(0, "owner", sleep), 3)).isEqualTo(Severity.WARNING);
    assertThat(severityOf(new Scene().rests(0, "owner", sleep), 2)).isEqualTo(Severity.ADVICE);
    assertThat(severityOf(held("1"), 3)).as("it reads").isEqualTo(Severity.WARNING);
  }

  private List<String> told(Scene owner) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(owner.waits(1, "clerk", "L", "1", false, POST).lock("L", 0).dumped(0));
    return detector.examine(timeline).get(0).explanation();
  }

  @Test
  void givenOwnersInEveryState_whenTold_thenTheSentenceSaysNoMoreThanWasSeen() {
    String at = " at Ledger.sum(Ledger.java:1)";
    String sum = "shop.Ledger.sum(Ledger.java:1)";

    assertThat(told(new Scene().runs(0, "owner", sum)).get(1))
        .isEqualTo("owner holds it and runs" + at);
    assertThat(told(new Scene().stands(0, "owner", ThreadState.BLOCKED, sum)).get(1))
        .isEqualTo("owner holds it and waits" + at);
    assertThat(told(new Scene().stands(0, "owner", ThreadState.UNKNOWN, sum)).get(1))
        .isEqualTo("owner holds it and is" + at);
    assertThat(told(new Scene().stands(0, "owner", ThreadState.RUNNABLE)).get(1))
        .isEqualTo("owner holds it");
    Scene behind =
        new Scene()
            .waits(0, "owner", "other", "1", true, sum)
            .unknown("other", ResourceKind.CONDITION);
    assertThat(told(behind))
        .containsExactly(
            "clerk waits for ReentrantLock at Ledger.post(Ledger.java:40)",
            "owner holds it and waits" + at,
            "owner itself waits for Thing");
  }

  @Test
  void givenNoOwnerOrNoStacks_whenDumped_thenNobodyIsBlamed() {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(
        new Scene()
            .waits(1, "a", "free", "1", false, POST)
            .waits(2, "b", "read", "1", false, POST)
            .waits(3, "c", "bare", "1", false)
            .runs(8, "reader-1")
            .runs(9, "reader-2")
            .lock("free")
            .readWriteLock("read", 8, 9)
            .lock("bare", 9)
            .dumped(0));

    assertThat(detector.examine(timeline)).isEmpty();
  }

  private static ObservedThread printed(ObservedThread thread) {
    return new ObservedThread(
        thread.id(),
        thread.name(),
        thread.virtual(),
        thread.state(),
        thread.currentWait(),
        thread.stack(),
        new Evidence("app.dump", 1, 9));
  }

  private static Timeline seriesOfDumps(IntFunction<Scene> look) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    for (int i = 0; i < 3; i++) {
      timeline.add(look.apply(i).inDump().at(i * 2_500L));
    }
    return timeline;
  }

  @Test
  void givenASeriesOfDumpsInWhichTheQueueMoves_whenExamined_thenThatIsAConvoy() {
    assertThat(detector.examine(seriesOfDumps(look -> held("turn " + look)))).isEmpty();
  }

  @Test
  void givenASeriesOfDumpsOfWhichOnlyTheLastShowsAQueue_whenExamined_thenItIsTold() {
    assertThat(
            detector.examine(
                seriesOfDumps(look -> look < 2 ? new Scene().runs(0, "report") : held("1"))))
        .hasSize(1);
  }

  @Test
  void givenASeriesOfDumpsInWhichNobodyMoves_whenExamined_thenTheHoldIsTold() {
    assertThat(detector.examine(seriesOfDumps(look -> held("1")))).hasSize(1);
  }
}
