package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinalizerBlockedDetectorTest {
  private final Detector detector = new FinalizerBlockedDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String LOOP =
      "java.lang.ref.Finalizer$FinalizerThread.run(Finalizer.java:172)";
  private static final String FINALIZE = "shop.Connection.finalize(Connection.java:80)";

  private static Scene blocked() {
    return new Scene()
        .runs(9, "owner")
        .waitsAs(3, "Finalizer", ThreadState.BLOCKED, "M", FINALIZE, LOOP)
        .monitor("M", "shop.Pool", 9);
  }

  @Test
  void givenAFinalizerThatWaitsForALock_whenDumpedOnce_thenIsFoundWithTheOwner() {
    Finding finding = examine(blocked().dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo(
            "Finalizer waits for the monitor of Pool at Connection.finalize(Connection.java:80)");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER, Role.HOLDER);
    assertThat(finding.explanation())
        .anyMatch(reason -> reason.startsWith("owner holds what it waits for"));
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("GC.finalizer_info"));
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("take two more dumps"));
  }

  @Test
  void givenAFinalizerSeenLive_whenItStandsForASecond_thenIsFoundAndNotBefore() {
    assertThat(examine(blocked().at(0))).isEmpty();
    assertThat(examine(blocked().at(0), blocked().at(900))).isEmpty();
    Finding finding = examine(blocked().at(0), blocked().at(1000)).get(0);
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.limits()).noneMatch(limit -> limit.contains("take two more dumps"));
  }

  @Test
  void givenFinalizersThatAreIdleOrAtWork_whenExamined_thenFindsNothing() {
    Scene idle =
        new Scene()
            .stands(
                2,
                "Reference Handler",
                ThreadState.RUNNABLE,
                "java.lang.ref.Reference.waitForReferencePendingList(Native Method)",
                "java.lang.ref.Reference$ReferenceHandler.run(Reference.java:241)")
            .stands(
                4,
                "Reference Handler",
                ThreadState.WAITING,
                "java.lang.ref.Reference.process(Native Method)",
                "java.lang.ref.Reference$ReferenceHandler.run(Reference.java:130)")
            .stands(
                3,
                "Finalizer",
                ThreadState.WAITING,
                "java.lang.Object.wait(Native Method)",
                "java.lang.ref.ReferenceQueue.remove(ReferenceQueue.java:155)",
                LOOP);
    Scene works = new Scene().used(3, "Finalizer", 0, FINALIZE, LOOP);
    Scene worksOn = new Scene().used(3, "Finalizer", 4_000_000_000L, FINALIZE, LOOP);

    assertThat(examine(idle.dumped(0), idle.dumped(9000))).isEmpty();
    assertThat(examine(works.dumped(0))).isEmpty();
    assertThat(examine(works.dumped(0), worksOn.dumped(9000))).isEmpty();
  }
}
