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

class ClassLoadingBottleneckDetectorTest {
  private final Detector detector = new ClassLoadingBottleneckDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String LOAD = "java.lang.ClassLoader.loadClass(ClassLoader.java:404)";
  private static final String OWN = "shop.Json.typeOf(Json.java:14)";

  private static Scene queue(int waiters, String... stack) {
    Scene scene =
        new Scene()
            .stands(
                99,
                "loader",
                ThreadState.RUNNABLE,
                "java.util.zip.ZipFile.getEntry(Native Method)",
                LOAD,
                OWN);
    for (int i = 0; i < waiters; i++) {
      scene.waitsAs(i, "http-" + i, ThreadState.BLOCKED, "M", stack);
    }
    return scene.monitor("M", "shop.PluginLoader", 99);
  }

  @Test
  void givenFiveThreadsBeforeALoader_whenDumpedOnce_thenIsFound() {
    Finding finding = examine(queue(5, LOAD, OWN).dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("5 threads wait for the monitor of PluginLoader to load a class");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").startsWith(Role.HOLDER).hasSize(6);
    assertThat(finding.explanation())
        .contains("loader holds it and runs at Json.typeOf(Json.java:14)")
        .contains("the load is asked for at Json.typeOf(Json.java:14)");
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("class+load"));
  }

  @Test
  void givenFewWaitersOrAnInitialiserUnderTheLoader_whenExamined_thenFindsNothing() {
    assertThat(examine(queue(4, LOAD, OWN).dumped(0))).isEmpty();
    assertThat(examine(queue(9, "shop.Hook.transform(Hook.java:1)", LOAD, OWN).dumped(0)))
        .isEmpty();
    assertThat(examine(queue(9, LOAD, OWN).at(0))).isEmpty();
  }

  @Test
  void givenAQueueSeenLive_whenTheJvmHasJustStarted_thenItIsToldOnlyOnceItStandsForATrend() {
    Scene scene = queue(9, LOAD, OWN);

    assertThat(examine(scene.at(0), scene.at(500), scene.at(1_000))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(2_000), scene.at(4_000))).hasSize(1);
  }
}
