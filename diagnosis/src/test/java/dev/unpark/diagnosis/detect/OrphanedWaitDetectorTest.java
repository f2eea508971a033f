package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrphanedWaitDetectorTest {
  private static final String LOOP = "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1)";
  private static final String[] IDLE = {
    "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)", LOOP
  };
  private static final String[] JOINS = {
    "java.util.concurrent.CompletableFuture.join(CompletableFuture.java:2117)",
    "shop.Quotes.of(Quotes.java:12)",
    LOOP
  };

  private final OrphanedWaitDetector detector = new OrphanedWaitDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  private static Scene printers() {
    return new Scene()
        .waits(1, "printer-1", "arrived", "1", false, "shop.Printer.next(Printer.java:9)")
        .waits(2, "printer-2", "arrived", "1", false, "shop.Printer.next(Printer.java:9)")
        .resource(
            "arrived",
            ResourceKind.CONDITION,
            "java.util.concurrent.locks.Condition",
            new Release.Believed(Set.of(), "page-source signalled it before, and has ended"));
  }

  @Test
  void givenAConditionWhoseSignallersAreGone_whenItStandsForATrend_thenTheWaitersAreOrphans() {
    Finding finding = examine(printers().at(0), printers().at(2_500), printers().at(5_000)).get(0);

    assertThat(finding.type()).isEqualTo("orphaned-wait");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.limits().get(0)).startsWith("whether there is any work for them");
    assertThat(finding.headline())
        .isEqualTo("printer-1 and printer-2 wait for Condition, and whoever signalled it is gone");
    assertThat(finding.explanation())
        .containsExactly(
            "printer-1 and printer-2 wait for Condition at Printer.next(Printer.java:9)",
            "everyone who ended such a wait before is gone: page-source signalled it before, and"
                + " has ended");
    assertThat(finding.since()).isEqualTo(Scene.START);
  }

  @Test
  void givenAConditionWhoseSignallersAreGone_whenSeenOnlyNow_thenNothingIsToldYet() {
    assertThat(examine(printers().at(0), printers().at(500))).isEmpty();
  }

  @Test
  void givenAFullQueueWhoseTakersAreGone_whenItHasStoodForAMoment_thenWhoPutsIsMissed() {
    Scene full =
        new Scene()
            .waits(
                1,
                "source",
                "notFull",
                "1",
                false,
                "java.util.concurrent.ArrayBlockingQueue.put(ArrayBlockingQueue.java:370)",
                "shop.Source.run(Source.java:5)")
            .resource(
                "notFull", ResourceKind.CONDITION, "C", new Release.Believed(Set.of(), "gone"));

    assertThat(examine(full.at(0), full.at(500))).isEmpty();
    assertThat(examine(full.at(0), full.at(500), full.at(1_000)))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
  }

  @Test
  void givenASignallerThatLives_whenExamined_thenFindsNothing() {
    Scene alive =
        new Scene()
            .inDump()
            .waits(1, "printer-1", "arrived", "1", false, "shop.Printer.next(Printer.java:9)")
            .believed("arrived", ResourceKind.CONDITION, 7)
            .runs(7, "page-source");

    assertThat(examine(alive.at(0))).isEmpty();
  }

  @Test
  void givenATimedWait_whenItsSignallersAreGone_thenItEndsByItself() {
    Scene timed =
        new Scene()
            .inDump()
            .waits(1, "printer-1", "arrived", "1", true, "shop.Printer.next(Printer.java:9)")
            .resource(
                "arrived", ResourceKind.CONDITION, "C", new Release.Believed(Set.of(), "gone"));

    assertThat(examine(timed.at(0))).isEmpty();
  }

  private static Scene joiners(int count) {
    Scene scene = new Scene().inDump().unknown("work", ResourceKind.CONDITION);
    for (int i = 1; i <= count; i++) {
      scene
          .waits(i, "quotes-" + i, "future-" + i, "1", false, JOINS)
          .unknown("future-" + i, ResourceKind.FUTURE);
    }
    return scene.waits(100, "quotes-100", "work", "1", false, IDLE);
  }

  @Test
  void givenManyWorkersThatWaitThoughOthersAreIdle_whenNobodyWorks_thenTheirResultsAreOrphans() {
    Finding finding = examine(joiners(8).at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("8 workers of pool \"quotes-#\" wait for results that no thread works on");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.explanation())
        .contains(
            "pool \"quotes-#\" has 1 idle worker, so it is not in its queue that the work stands");
    assertThat(finding.participants()).hasSize(8);
  }

  @Test
  void givenAFewSuchWorkers_whenSeenOnce_thenTheyMayHaveBeenWokenJustNow() {
    assertThat(examine(joiners(2).at(0))).isEmpty();
    assertThat(examine(joiners(2).at(0), joiners(2).at(1_000))).hasSize(1);
    Scene one = joiners(1).rests(200, "ticks", "shop.Ticker.run(Ticker.java:3)");
    assertThat(examine(one.at(0), one.at(1_000))).isEmpty();
  }

  @Test
  void givenSuchWorkers_whenSomebodyWorks_thenItMayCompleteTheirResults() {
    assertThat(examine(joiners(8).runs(50, "loader").at(0))).isEmpty();
  }

  @Test
  void givenSuchWorkers_whenAnEventLoopServesConnections_thenAnAnswerMayCompleteThem() {
    Scene scene =
        joiners(8)
            .reads(50, "nio-1", "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:569)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  private static Scene consumer(String... stack) {
    return new Scene()
        .waits(1, "mailer", "arrived", "1", false, stack)
        .resource(
            "arrived",
            ResourceKind.CONDITION,
            "java.util.concurrent.locks.Condition",
            new Release.Believed(Set.of(), "every thread that signalled this condition has ended"));
  }

  private static final String[] TAKES = {
    "jdk.internal.misc.Unsafe.park(Native Method)",
    "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
    "shop.Mailer.run(Mailer.java:20)"
  };

  @Test
  void givenAnIdleConsumer_whenTheRequestThreadsThatFedItHaveEnded_thenFindsNothing() {
    Scene idle = consumer(TAKES);

    assertThat(examine(idle.at(0), idle.at(5_000), idle.at(60_000))).isEmpty();
  }

  @Test
  void givenSuchAConsumer_whenOthersWaitForWhatItHolds_thenTheyAreItsVictims() {
    Scene held = consumer(TAKES).lock("outbox", 1).waits(2, "http-1", "outbox");
    Finding finding = examine(held.at(0), held.at(5_000)).get(0);

    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.explanation()).endsWith("behind them: 1 thread of \"http-#\"");
    assertThat(finding.participants()).hasSize(2);
  }

  @Test
  void givenATaskOfAPool_whenWhoeverSignalledIsGone_thenSomebodyMissesItsResult() {
    Scene task = consumer("shop.Mailer.awaitSlot(Mailer.java:31)", LOOP);

    assertThat(examine(task.at(0), task.at(5_000)).get(0).severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void givenSuchWorkers_whenAThreadReadsASocket_thenTheAnswerMayCompleteThem() {
    Scene scene =
        joiners(8)
            .runs(
                50,
                "rpc-reader",
                "sun.nio.ch.SocketDispatcher.read0(Native Method)",
                "java.net.Socket$SocketInputStream.read(Socket.java:1099)",
                "rpc.Connection.readReply(Connection.java:77)");

    assertThat(examine(scene.at(0), scene.at(5_000))).isEmpty();
  }

  @Test
  void givenWaitsForFutures_whenTold_thenTheLimitsSaySomebodyMayCompleteThem() {
    assertThat(examine(joiners(8).at(0)).get(0).limits()).contains(Words.FROM_OUTSIDE);
  }

  private static Scene behindAnOwner(ThreadState state, String... stack) {
    return new Scene()
        .waits(1, "request-1", "lock", "1", false, "shop.Cache.get(Cache.java:9)")
        .waits(2, "request-2", "lock", "1", false, "shop.Cache.get(Cache.java:9)")
        .lock("lock", 7)
        .stands(7, "loader-1", state, stack);
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenSeenTwice_thenItIsProvenThatNobodyGivesItBack() {
    Scene ended = behindAnOwner(ThreadState.TERMINATED);

    Finding finding = examine(ended.at(0), ended.at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.headline())
        .isEqualTo("loader-1 ended with ReentrantLock in its hand, for which 2 threads wait");
    assertThat(finding.participants())
        .extracting(participant -> participant.thread().name())
        .containsExactly("loader-1", "request-1", "request-2");
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenSeenOnce_thenItMayJustHaveBeenGivenBack() {
    assertThat(examine(behindAnOwner(ThreadState.TERMINATED).at(0))).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenItsWaitersMoveOn_thenFindsNothing() {
    Scene later =
        behindAnOwner(ThreadState.TERMINATED)
            .waits(1, "request-1", "lock", "2", false, "shop.Cache.get(Cache.java:9)")
            .waits(2, "request-2", "lock", "2", false, "shop.Cache.get(Cache.java:9)");

    assertThat(examine(behindAnOwner(ThreadState.TERMINATED).at(0), later.at(500))).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerLives_whenItWorksForLong_thenFindsNothing() {
    Scene works = behindAnOwner(ThreadState.RUNNABLE, "shop.Backend.load(Backend.java:3)", LOOP);

    assertThat(examine(works.at(0), works.at(5_000), works.at(10_000))).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerIsBackForWork_whenItStandsForATrend_thenItIsSuspected() {
    Scene idle = behindAnOwner(ThreadState.WAITING, IDLE);

    assertThat(examine(idle.at(0), idle.at(500))).isEmpty();
    Finding finding = examine(idle.at(0), idle.at(2_500), idle.at(5_000)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline())
        .isEqualTo(
            "loader-1 is back for more work with ReentrantLock in its hand, for which 2 threads"
                + " wait");
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenItsWaitersGiveUpInTime_thenFindsNothing() {
    Scene timed =
        behindAnOwner(ThreadState.TERMINATED)
            .waits(1, "request-1", "lock", "1", true, "shop.Cache.get(Cache.java:9)")
            .waits(2, "request-2", "lock", "1", true, "shop.Cache.get(Cache.java:9)");

    assertThat(examine(timed.at(0), timed.at(500))).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerHasOnlyJustEnded_whenSeenAliveBefore_thenNothingIsProvenYet() {
    Scene before = behindAnOwner(ThreadState.RUNNABLE, "shop.Backend.load(Backend.java:3)", LOOP);

    assertThat(examine(before.at(0), behindAnOwner(ThreadState.TERMINATED).at(500))).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenOthersNeedItsWaiters_thenTheyAreTheVictims() {
    Scene needed =
        behindAnOwner(ThreadState.TERMINATED)
            .lock("outer", 1)
            .waits(9, "http-9", "outer", "1", false, "shop.Web.get(Web.java:2)");

    assertThat(examine(needed.at(0), needed.at(500)).get(0).explanation())
        .contains("behind them: 1 thread of \"http-#\"");
  }
}
