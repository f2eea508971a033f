package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorityInversionDetectorTest {
  private final Detector detector = new PriorityInversionDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String TICK = "shop.Ticker.tick(Ticker.java:9)";

  private static Scene queue(int waiter, int owner, String... stack) {
    Wait wait = new Wait("M", false, "1", null);
    return new Scene()
        .thread(
            ObservedThread.live(1, "ticker-1", false, ThreadState.BLOCKED, wait, List.of(stack))
                .with(traits(waiter)))
        .thread(
            ObservedThread.live(
                    2,
                    "report",
                    false,
                    ThreadState.RUNNABLE,
                    null,
                    List.of("shop.Report.sum(Report.java:3)"))
                .with(traits(owner)))
        .monitor("M", "shop.Book", 2);
  }

  private static ThreadTraits traits(int priority) {
    return new ThreadTraits(priority, false, ThreadTraits.UNKNOWN_CPU, ThreadTraits.NO_CARRIER);
  }

  @Test
  void givenAnUrgentThreadBehindALesserOne_whenDumpedOnce_thenItIsAdvice() {
    Finding finding = examine(queue(10, 1, TICK).dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("ticker-1 of priority 10 waits for report of priority 1");
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.HOLDER, Role.WAITER);
    assertThat(finding.explanation())
        .containsExactly(
            "ticker-1, priority 10, waits for the monitor of Book at Ticker.tick(Ticker.java:9)",
            "report, priority 1, holds it and stands at Report.sum(Report.java:3)");
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("take two more dumps"));
  }

  @Test
  void givenTheSameForASecond_whenSeenLive_thenItIsAWarningAndNotBefore() {
    assertThat(examine(queue(7, 5, TICK).at(0), queue(7, 5, TICK).at(900))).isEmpty();
    Finding finding = examine(queue(7, 5, TICK).at(0), queue(7, 5, TICK).at(1000)).get(0);
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.limits()).noneMatch(limit -> limit.contains("take two more dumps"));
  }

  @Test
  void givenPrioritiesThatSayNothing_whenExamined_thenFindsNothing() {
    assertThat(examine(queue(6, 5, TICK).dumped(0))).isEmpty();
    assertThat(examine(queue(5, 10, TICK).dumped(0))).isEmpty();
    assertThat(examine(queue(10, 0, TICK).dumped(0))).isEmpty();
    assertThat(
            examine(
                queue(10, 5, "java.lang.ref.Reference$ReferenceHandler.run(R.java:1)").dumped(0)))
        .isEmpty();
  }

  @Test
  void givenADeadlock_whenExamined_thenThatIsItsOwnFinding() {
    Scene scene = queue(10, 1, TICK);
    Wait back = new Wait("N", false, "1", null);
    scene
        .thread(
            ObservedThread.live(2, "report", false, ThreadState.BLOCKED, back, List.of(TICK))
                .with(traits(1)))
        .monitor("N", "shop.Page", 1);

    assertThat(examine(scene.dumped(0), scene.dumped(2000))).isEmpty();
  }

  @Test
  void givenAnOwnerThatWaitsItself_whenItStands_thenItsPriorityIsNoMoreThanAdvice() {
    Scene scene = queue(10, 1, TICK);
    scene.thread(
        ObservedThread.live(
                2,
                "report",
                false,
                ThreadState.TIMED_WAITING,
                null,
                List.of("java.lang.Thread.sleep(Native Method)", "shop.Report.sum(Report.java:3)"))
            .with(traits(1)));
    Finding finding = examine(scene.at(0), scene.at(2_000)).get(0);

    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("not to blame"));
  }
}
