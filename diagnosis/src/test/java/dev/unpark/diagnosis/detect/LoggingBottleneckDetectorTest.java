package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggingBottleneckDetectorTest {
  private final Detector detector = new LoggingBottleneckDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String APPEND = "org.apache.log4j.Category.callAppenders(Category.java:205)";
  private static final String OWN = "shop.Cart.add(Cart.java:14)";

  private static Scene queue(int waiters, String... stack) {
    Scene scene =
        new Scene()
            .stands(
                99,
                "writer",
                ThreadState.RUNNABLE,
                "java.io.FileOutputStream.writeBytes(Native Method)",
                APPEND,
                "shop.Big.dump(Big.java:2)");
    for (int i = 0; i < waiters; i++) {
      scene.waitsAs(i, "http-" + i, ThreadState.BLOCKED, "M", stack);
    }
    return scene.monitor("M", "org.apache.log4j.spi.RootLogger", 99);
  }

  @Test
  void givenFiveThreadsBeforeAnAppender_whenDumpedOnce_thenIsFoundWithTheWriter() {
    Finding finding = examine(queue(5, APPEND, OWN).dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("5 threads wait for the monitor of RootLogger to write a log event");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").startsWith(Role.HOLDER).hasSize(6);
    assertThat(finding.explanation())
        .contains(
            "writer holds it and is in input or output at Category.callAppenders(Category.java:205), called from Big.dump(Big.java:2)")
        .contains("they stand in the logger itself, called from Cart.add(Cart.java:14)");
    assertThat(finding.resources()).hasSize(1);
  }

  @Test
  void givenAFullQueueOfAnAsynchronousAppender_whenDumpedOnce_thenIsFound() {
    Scene scene = new Scene();
    for (int i = 0; i < 5; i++) {
      scene.waitsAs(
          i,
          "http-" + i,
          ThreadState.WAITING,
          "Q",
          "java.util.concurrent.ArrayBlockingQueue.put(A.java:1)",
          "ch.qos.logback.core.AsyncAppenderBase.put(A.java:2)",
          OWN);
    }
    scene.unknown("Q", ResourceKind.QUEUE);

    assertThat(examine(scene.dumped(0))).hasSize(1);
  }

  @Test
  void givenAQueueSeenLive_whenItStandsForATrend_thenFoundAndNotBefore() {
    Scene scene = queue(5, APPEND, OWN);

    assertThat(examine(scene.at(0))).isEmpty();
    assertThat(examine(queue(4, APPEND, OWN).at(0), scene.at(500))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(500))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(2_000), scene.at(4_000))).hasSize(1);
    assertThat(
            examine(scene.at(0), queue(4, APPEND, OWN).at(2_000), scene.at(3_500), scene.at(4_000)))
        .isEmpty();
  }

  @Test
  void givenFewWaitersOrCodeUnderTheLogger_whenExamined_thenFindsNothing() {
    assertThat(examine(queue(4, APPEND, OWN).dumped(0))).isEmpty();
    assertThat(examine(queue(9, "shop.Slow.toString(Slow.java:3)", APPEND, OWN).dumped(0)))
        .isEmpty();
    assertThat(examine(queue(9, OWN).dumped(0))).isEmpty();
    Scene running = new Scene();
    for (int i = 0; i < 9; i++) {
      running.stands(i, "http-" + i, ThreadState.RUNNABLE, APPEND, OWN);
    }
    assertThat(examine(running.dumped(0))).isEmpty();
  }

  @Test
  void givenAWriterThatHasOnlyJustGotTheLock_whenTold_thenTheSentenceSaysSo() {
    Scene scene = queue(5, APPEND, OWN).stands(99, "writer", ThreadState.BLOCKED, APPEND, OWN);

    assertThat(examine(scene.dumped(0)).get(0).explanation())
        .anyMatch(line -> line.startsWith("writer holds it and has only just got it, at "));
  }
}
