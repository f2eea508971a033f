package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static Scene still() {
    return waits("import", ResourceKind.LATCH);
  }

  static Stream<Arguments> whoMayAct() {
    return Stream.of(
        Arguments.of(
            "a pool's timer",
            still()
                .waits(
                    3,
                    "timer-1",
                    "work",
                    "1",
                    true,
                    "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take(S.java)",
                    IDLE[0],
                    IDLE[1])),
        Arguments.of(
            "an acceptor",
            still()
                .runs(
                    3,
                    "acceptor",
                    "sun.nio.ch.ServerSocketChannelImpl.accept(S.java)",
                    "shop.Server.accept(Server.java:4)")),
        Arguments.of(
            "a task that sleeps",
            still()
                .rests(
                    3,
                    "retry-1",
                    "java.lang.Thread.sleep(Thread.java)",
                    "shop.Retry.call(Retry.java:8)")),
        Arguments.of(
            "one that waits for room in a queue",
            still()
                .waits(3, "part-1", "others", "1", false, "shop.Part.run(Part.java:9)")
                .resource("others", ResourceKind.QUEUE, "shop.Queue", new Release.Unknown())),
        Arguments.of(
            "one of which no stack was taken",
            still()
                .thread(
                    ObservedThread.live(3, "x", false, ThreadState.RUNNABLE, null, List.of()))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whoMayAct")
  void givenAWaitForAResult_whenSomebodyMayBringIt_thenFindsNothing(String who, Scene scene) {
    assertThat(overATrend(scene)).as(who).isEmpty();
  }

  static Stream<Arguments> whoDoesNotMatter() {
    return Stream.of(
        Arguments.of(
            "who waits for the end of a thread",
            still()
                .unknown("end", ResourceKind.THREAD_END)
                .waits(3, "main", "end", "1", false, "shop.Start.main(Start.java:9)")),
        Arguments.of(
            "who is behind a lock of one who waits",
            still().lock("L", 1).waits(3, "http-1", "L", "1", false, "shop.Web.get(Web.java:1)")),
        Arguments.of(
            "the thread that hands references over",
            still()
                .runs(
                    3,
                    "Reference Handler",
                    "java.lang.ref.Reference.waitForReferencePendingList(Native Method)",
                    "java.lang.ref.Reference.processPendingReferences(Reference.java:253)",
                    "java.lang.ref.Reference$ReferenceHandler.run(Reference.java:215)")),
        Arguments.of(
            "a main of other code that sleeps",
            still()
                .rests(
                    3,
                    "main",
                    "java.lang.Thread.sleep(Thread.java)",
                    "shop.Start.main(Start.java:3)")),
        Arguments.of("one of the JVM's own that used no processor", still().used(3, "VM", 7)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whoDoesNotMatter")
  void givenAWaitForAResult_whenNobodyElseCanBringIt_thenItIsTold(String who, Scene scene) {
    assertThat(overATrend(scene))
        .as(who)
        .extracting(Finding::headline)
        .contains("1 thread waits for what nobody works on: import");
  }

  @Test
  void givenAThreadOfWhichNoStackWasTaken_whenItHasRunMeanwhile_thenFindsNothing() {
    assertThat(
            examine(
                still().used(3, "VM", 7).at(0),
                still().used(3, "VM", 8).at(2_500),
                still().used(3, "VM", 9).at(5_000)))
        .isEmpty();
  }

  @Test
  void givenASignalThatNobodyGives_whenATaskOfAPoolMissesIt_thenItIsTold() {
    Scene task =
        new Scene()
            .unknown("slot", ResourceKind.CONDITION)
            .waits(1, "mail-1", "slot", "1", false, "shop.Mail.slot(Mail.java:3)", IDLE[1]);

    assertThat(overATrend(task))
        .extracting(Finding::headline)
        .containsExactly("1 thread waits for what nobody works on: mail-1");
  }

  @Test
  void givenASignalThatNobodyGives_whenSomebodyWaitsForTheThread_thenItIsTold() {
    Scene needed =
        waits("consumer", ResourceKind.NOTIFICATION).lock("outbox", 1).waits(3, "http-1", "outbox");

    assertThat(overATrend(needed)).isNotEmpty();
  }

  @Test
  void givenTwoWaitsForResults_whenNothingElseWorks_thenBothAreNamed() {
    Scene two =
        still()
            .unknown("other", ResourceKind.FUTURE)
            .waits(5, "export", "other", "1", false, "shop.Export.get(Export.java:2)");

    assertThat(overATrend(two).get(0).headline())
        .isEqualTo("2 threads wait for what nobody works on: import and export");
  }
}
