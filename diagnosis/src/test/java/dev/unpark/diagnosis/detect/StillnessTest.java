package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StillnessTest {
  private static final String[] AWAITS = {
    "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
    "shop.Import.awaitParts(Import.java:9)"
  };
  private static final String[] IDLE = {
    "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)",
    "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1122)"
  };

  private static List<Finding> overATrend(Scene scene) {
    return examine(scene.at(0), scene.at(2_500), scene.at(5_000));
  }

  private static List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return new OrphanedWaitDetector(Thresholds.DEFAULT).examine(timeline);
  }

  private static Scene waits(String name, ResourceKind kind) {
    return new Scene()
        .unknown("parts", kind)
        .unknown("work", ResourceKind.CONDITION)
        .waits(1, name, "parts", "1", false, AWAITS)
        .waits(2, "idle-1", "work", "1", false, IDLE);
  }

  @Test
  void givenAWaitForAResult_whenNothingElseWorks_thenNobodyBringsIt() {
    Finding finding = overATrend(waits("import", ResourceKind.LATCH)).get(0);

    assertThat(finding.headline()).isEqualTo("1 thread waits for what nobody works on: import");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void givenAWaitForAResult_whenSeenForAMoment_thenFindsNothing() {
    Scene scene = waits("import", ResourceKind.LATCH);

    assertThat(examine(scene.at(0), scene.at(1_000))).isEmpty();
    assertThat(examine(scene.inDump().at(0))).isEmpty();
  }

  @Test
  void givenAWaitForAResult_whenAThreadWorks_thenFindsNothing() {
    assertThat(overATrend(waits("import", ResourceKind.LATCH).runs(3, "part-1"))).isEmpty();
  }

  @Test
  void givenAWaitForAResult_whenSomebodyRestsInThatCode_thenFindsNothing() {
    Scene gate =
        waits("import", ResourceKind.LATCH)
            .rests(
                3,
                "main",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Import.main(Import.java:3)");

    assertThat(overATrend(gate)).isEmpty();
  }

  @Test
  void givenAWaitForAResult_whenAnAnswerMayComeIn_thenFindsNothing() {
    Scene served =
        waits("import", ResourceKind.LATCH)
            .runs(
                3,
                "nio-1",
                "sun.nio.ch.EPoll.wait(EPoll.java)",
                "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:526)");

    assertThat(overATrend(served)).isEmpty();
  }

  @Test
  void givenAConsumerOfTheUsersOwn_whenThereIsNothingToDo_thenItIsIdle() {
    assertThat(overATrend(waits("consumer", ResourceKind.NOTIFICATION))).isEmpty();
  }

  @Test
  void givenAMain_whenItKeepsTheJvmAlive_thenFindsNothing() {
    Scene alive =
        new Scene()
            .unknown("end", ResourceKind.LATCH)
            .waits(
                1,
                "main",
                "end",
                "1",
                false,
                "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
                "shop.Main.main(Main.java:9)");

    assertThat(overATrend(alive)).isEmpty();
  }
}
