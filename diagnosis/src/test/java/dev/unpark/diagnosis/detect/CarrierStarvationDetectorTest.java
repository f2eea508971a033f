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

class CarrierStarvationDetectorTest {
  private final Detector detector = new CarrierStarvationDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String PINNED = "java.lang.VirtualThread.parkOnCarrierThread(V.java:675)";
  private static final String PARK = "java.lang.VirtualThread.park(V.java:607)";
  private static final String CALL = "shop.Native.call(Native Method)";
  private static final String OWN = "shop.Gate.pass(Gate.java:12)";

  private static Scene pinned(int count) {
    Scene scene = new Scene();
    for (int i = 0; i < count; i++) {
      scene.mounted(100 + i, ThreadState.BLOCKED, 40 + i, OWN, "shop.Main.run(Main.java:3)");
    }
    return scene;
  }

  @Test
  void givenAllCarriersHeldAndOthersQueued_whenDumped_thenIsFound() {
    Finding finding = examine(pinned(2).scheduler(2, 37).dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo(
            "all 2 carriers are held by virtual threads that wait; 37 virtual threads cannot run");
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER, Role.MEMBER);
    assertThat(finding.explanation())
        .singleElement()
        .asString()
        .startsWith("2 virtual threads: each waits at Gate.pass(Gate.java:12)")
        .contains("a native frame is on its stack");
    assertThat(finding.limits()).noneMatch(limit -> limit.contains("vthread_scheduler"));
  }

  @Test
  void givenTheSchedulerUnknown_whenNoCarrierIsIdle_thenTheCarriersSeenMustDo() {
    String carrier = "java.lang.VirtualThread.runContinuation(VirtualThread.java:293)";
    String continuation = "jdk.internal.vm.Continuation.run(Continuation.java:251)";
    Scene scene =
        pinned(1)
            .stands(40, "ForkJoinPool-1-worker-1", ThreadState.RUNNABLE, continuation, carrier)
            .mounted(200, ThreadState.RUNNABLE, -1, "shop.Main.run(Main.java:3)");

    Finding finding = examine(scene.dumped(0)).get(0);
    assertThat(finding.headline())
        .isEqualTo(
            "all carriers are held by virtual threads that wait; 1 virtual thread cannot run");
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("Thread.vthread_scheduler"));

    scene.stands(
        41,
        "ForkJoinPool-1-worker-2",
        ThreadState.WAITING,
        "java.util.concurrent.ForkJoinPool.awaitWork(F.java:1)");
    assertThat(examine(scene.dumped(0))).isEmpty();
  }

  @Test
  void givenThreadsThatRunOnCarriersWithoutUsingAProcessor_whenSeenTwice_thenTheyCountAsHeld() {
    Scene scene =
        new Scene()
            .mounted(100, ThreadState.WAITING, 40, OWN, "shop.Printer.<clinit>(Printer.java:3)")
            .mounted(101, ThreadState.RUNNABLE, 41, "shop.Main.run(Main.java:3)")
            .scheduler(2, 9)
            .used(40, "ForkJoinPool-1-worker-1", 1_000_000)
            .used(41, "ForkJoinPool-1-worker-2", 2_000_000);

    assertThat(examine(scene.at(0), scene.at(500), scene.at(1000))).hasSize(1);
    assertThat(
            examine(
                scene.at(0),
                scene.at(500),
                scene.used(41, "ForkJoinPool-1-worker-2", 400_000_000).at(1000)))
        .isEmpty();
  }

  @Test
  void givenStarvedCarriersSeenLive_whenTheyStandForASecond_thenFoundAndNotBefore() {
    Scene scene = pinned(2).scheduler(2, 1);

    assertThat(examine(scene.at(0))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(500))).isEmpty();
    assertThat(examine(pinned(1).scheduler(2, 1).at(0), scene.at(1_000))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(1_000)))
        .hasSize(1)
        .first()
        .extracting(Finding::since)
        .isEqualTo(Scene.START);
  }

  @Test
  void givenACarrierFreeOrNobodyWaiting_whenExamined_thenFindsNothing() {
    assertThat(examine(pinned(1).scheduler(2, 9).dumped(0))).isEmpty();
    assertThat(examine(pinned(2).scheduler(2, 0).dumped(0))).isEmpty();
    assertThat(examine(pinned(2).dumped(0))).isEmpty();
    assertThat(
            examine(
                new Scene().mounted(1, ThreadState.RUNNABLE, 40, OWN).scheduler(1, 9).dumped(0)))
        .isEmpty();
  }
}
