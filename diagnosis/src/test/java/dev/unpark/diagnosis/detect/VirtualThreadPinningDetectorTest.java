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

class VirtualThreadPinningDetectorTest {
  private final Detector detector = new VirtualThreadPinningDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String PINNED = "java.lang.VirtualThread.parkOnCarrierThread(V.java:675)";
  private static final String PARK = "java.lang.VirtualThread.park(V.java:607)";
  private static final String CALL = "shop.Native.call(Native Method)";
  private static final String OWN = "shop.Gate.pass(Gate.java:12)";

  @Test
  void givenAVirtualThreadThatParksOnItsCarrier_whenDumpedOnce_thenItIsAdviceAndSaysWhy() {
    Scene scene =
        new Scene()
            .mounted(
                7, ThreadState.WAITING, -1, PINNED, PARK, OWN, CALL, "shop.Main.run(Main.java:3)");

    Finding finding = examine(scene.dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("1 virtual thread waits at Gate.pass(Gate.java:12) and keeps its carrier");
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER);
    assertThat(finding.explanation())
        .containsExactly(
            "virtual thread #7 waits at Gate.pass(Gate.java:12)",
            "it cannot leave its carrier: a native frame is on its stack: Native.call(Native Method)",
            "each carrier that is held so runs no other virtual thread");
    assertThat(examine(scene.dumped(0), scene.dumped(1000)).get(0).severity())
        .isEqualTo(Severity.WARNING);
  }

  @Test
  void givenMountedThreadsThatAreBlocked_whenTheyHoldHalfTheCarriers_thenItIsAWarning() {
    Scene scene =
        new Scene()
            .mounted(7, ThreadState.BLOCKED, 40, OWN, "shop.Config.<clinit>(Config.java:3)")
            .mounted(8, ThreadState.TIMED_WAITING, 41, OWN)
            .scheduler(4, 0);

    Finding finding = examine(scene.dumped(0)).get(0);

    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.headline())
        .startsWith("2 virtual threads wait at ")
        .endsWith(" and keep their carriers");
    assertThat(finding.explanation())
        .contains(
            "they cannot leave: a class is being initialised: Config.<clinit>(Config.java:3)",
            "2 of 4 carriers are held so");
  }

  @Test
  void givenAPinnedThreadSeenLive_whenItStandsForASecond_thenFoundAndNotBefore() {
    Scene scene = new Scene().mounted(7, ThreadState.BLOCKED, 40, OWN);

    assertThat(examine(scene.at(0), scene.at(900))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(1000)))
        .hasSize(1)
        .first()
        .extracting(Finding::since)
        .isEqualTo(Scene.START);
  }

  @Test
  void givenVirtualThreadsThatRunOrLeave_whenExamined_thenFindsNothing() {
    Scene scene =
        new Scene()
            .mounted(7, ThreadState.RUNNABLE, 40, OWN)
            .mounted(8, ThreadState.WAITING, -1, PARK, OWN)
            .stands(9, "platform", ThreadState.WAITING, OWN);

    assertThat(examine(scene.dumped(0), scene.dumped(9000))).isEmpty();
  }

  /** A class that is being initialised by another thread: the JVM calls such a wait running. */
  @Test
  void givenAThreadSaidToRun_whenItsCarrierUsedNoProcessor_thenItWaitsInTheJvm() {
    Scene then =
        new Scene().mounted(7, ThreadState.RUNNABLE, 40, OWN).used(40, "carrier", 5_000_000, OWN);
    Scene rested =
        new Scene().mounted(7, ThreadState.RUNNABLE, 40, OWN).used(40, "carrier", 5_000_000, OWN);
    Scene worked =
        new Scene().mounted(7, ThreadState.RUNNABLE, 40, OWN).used(40, "carrier", 900_000_000, OWN);
    Scene unknown =
        new Scene()
            .mounted(7, ThreadState.RUNNABLE, 40, OWN)
            .stands(40, "carrier", ThreadState.RUNNABLE, OWN);
    Scene elsewhere =
        new Scene().mounted(7, ThreadState.RUNNABLE, 41, OWN).used(41, "other", 5_000_000, OWN);
    Scene alone = new Scene().mounted(7, ThreadState.RUNNABLE, 40, OWN);

    assertThat(examine(then.dumped(0), rested.dumped(1000))).hasSize(1);
    assertThat(examine(then.dumped(0), worked.dumped(1000))).isEmpty();
    assertThat(examine(then.dumped(0), unknown.dumped(1000))).isEmpty();
    assertThat(examine(then.dumped(0), elsewhere.dumped(1000))).isEmpty();
    assertThat(examine(then.dumped(0), alone.dumped(1000))).isEmpty();
    assertThat(examine(alone.dumped(0), rested.dumped(1000))).isEmpty();
    assertThat(examine(new Scene().dumped(0), rested.dumped(1000))).isEmpty();
  }

  @Test
  void givenStarvedCarriers_whenExamined_thenThatIsItsOwnFinding() {
    assertThat(
            examine(new Scene().mounted(7, ThreadState.BLOCKED, 40, OWN).scheduler(1, 5).dumped(0)))
        .isEmpty();
  }
}
