package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
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

  private static final String SUM = "shop.Ledger.sum(Ledger.java:1)";
  private static final String SLEEP = "java.lang.Thread.sleep(Native Method)";

  private List<Finding> dumped(Scene... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    for (int i = 0; i < looks.length; i++) {
      timeline.add(looks[i].dumped(i * 2_000L));
    }
    return detector.examine(timeline);
  }

  /** So many threads at work besides, and so many that wait for lock L of thread 0. */
  private static Scene busy(int others, int waiters) {
    Scene scene = new Scene();
    for (int i = 0; i < others; i++) {
      scene.runs(100 + i, "http-" + i, "shop.Page.render(Page.java:" + (i + 1) + ")");
    }
    for (int i = 1; i <= waiters; i++) {
      scene.waits(i, "clerk-" + i, "L", "1", false, POST);
    }
    return scene.lock("L", 0);
  }

  @Test
  void givenOneDumpOfABusyServer_whenAFewMeetBehindAnOwnerThatRuns_thenTheyMeetByChance() {
    assertThat(dumped(busy(8, 1).runs(0, "owner", SUM))).isEmpty();
    assertThat(dumped(busy(30, 4).runs(0, "owner", SUM))).isEmpty();
  }

  @Test
  void givenOneDump_whenMoreWaitThanMeetByChance_thenItIsToldThoughTheOwnerRuns() {
    assertThat(dumped(busy(30, 5).runs(0, "owner", SUM)))
        .extracting(Finding::severity)
        .containsExactly(Severity.ADVICE);
  }

  @Test
  void givenOneDumpOfAQuietJvm_whenHalfOfAllThatWorkStandBehindOneLock_thenItIsTold() {
    assertThat(dumped(busy(1, 2).runs(0, "owner", SUM))).hasSize(1);
    assertThat(dumped(busy(2, 2).runs(0, "owner", SUM))).isEmpty();
    assertThat(dumped(busy(0, 1).runs(0, "owner", SUM).rests(9, "timer", SLEEP))).hasSize(1);
  }

  @Test
  void givenOneDumpOfABusyServer_whenTheOwnerIsHeldUpByAPeer_thenThatLastsAndIsTold() {
    assertThat(dumped(busy(8, 1).reads(0, "owner", "shop.Rates.fetch(Rates.java:8)"))).hasSize(1);
    assertThat(dumped(busy(8, 1).rests(0, "owner", SLEEP, SUM))).hasSize(1);
  }

  @Test
  void givenOneDumpOfABusyServer_whenTheOwnerWritesToAFileOrASocket_thenItMayBeDoneAtOnce() {
    for (String write :
        List.of(
            "java.io.FileOutputStream.writeBytes(Native Method)",
            "sun.nio.ch.UnixFileDispatcherImpl.write0(Native Method)",
            "java.io.RandomAccessFile.writeBytes(Native Method)",
            "sun.nio.ch.SocketDispatcher.write0(Native Method)")) {
      assertThat(dumped(busy(20, 3).runs(0, "owner", write, SUM))).as(write).isEmpty();
    }
    assertThat(dumped(busy(20, 12).runs(0, "o", "java.io.FileOutputStream.writeBytes(N)", SUM)))
        .as("a full pipe")
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
  }

  @Test
  void givenAnOwnerInTheQueueOfALockOfUnknownOwner_whenDumpedOnce_thenThatMayMoveAtAnyMoment() {
    Scene scene =
        busy(8, 1)
            .waits(0, "owner", "K", "1", false, SUM)
            .unknown("K", ResourceKind.REENTRANT_LOCK);

    assertThat(dumped(scene)).isEmpty();
  }

  @Test
  void givenAnOwnerThatHasOnlyJustGotTheLock_whenDumpedOnce_thenItTakesALongQueue() {
    assertThat(dumped(busy(0, 9).stands(0, "owner", ThreadState.BLOCKED, SUM))).isEmpty();

    Finding finding = onlyOne(dumped(busy(0, 10).stands(0, "owner", ThreadState.BLOCKED, SUM)));
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.explanation().get(1))
        .isEqualTo("owner holds it and has only just got it, at Ledger.sum(Ledger.java:1)");
  }

  /** Clerk 1 waits for the owner of L with lock K in its hand, for which 2 and 3 wait. */
  private static Scene chain() {
    return busy(8, 1)
        .waits(2, "audit-1", "K", "1", false, "shop.Audit.read(Audit.java:5)")
        .waits(3, "audit-2", "K", "1", false, "shop.Audit.read(Audit.java:5)")
        .lock("K", 1);
  }

  @Test
  void givenAChainOfWaits_whenDumped_thenOnlyTheOwnerAtItsEndIsToBlame() {
    Finding finding = onlyOne(dumped(chain().rests(0, "owner", SLEEP, SUM)));

    assertThat(finding.headline())
        .isEqualTo("owner holds ReentrantLock, for which 1 thread waits, and 2 more behind it");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.explanation())
        .endsWith("behind them: 2 threads of \"audit-#\"")
        .first()
        .isEqualTo("clerk-1 waits for ReentrantLock at Ledger.post(Ledger.java:40)");
    assertThat(finding.participants())
        .extracting(participant -> participant.thread().name() + " " + participant.role())
        .containsExactly(
            "owner " + Role.HOLDER,
            "clerk-1 " + Role.WAITER,
            "audit-1 " + Role.WAITER,
            "audit-2 " + Role.WAITER);
  }

  @Test
  void givenAChainWhoseEndRuns_whenDumpedInABusyServer_thenAllOfItMayMoveAtAnyMoment() {
    assertThat(dumped(chain().runs(0, "owner", SUM))).isEmpty();
  }

  @Test
  void givenALiveChain_whenItStands_thenOneFindingTellsIt() {
    assertThat(examine(look -> chain().rests(0, "owner", SLEEP, SUM)))
        .extracting(Finding::headline)
        .containsExactly(
            "owner holds ReentrantLock, for which 1 thread waits, and 2 more behind it, for 5 s"
                + " now");
  }

  @Test
  void givenALiveChainWhoseEndIsHandedOn_whenTheMiddleStands_thenTheMiddleIsTold() {
    assertThat(
            examine(
                look ->
                    busy(0, 0)
                        .runs(50 + look, "owner-" + look, SUM)
                        .waits(1, "clerk-1", "L", "1", false, POST)
                        .waits(2, "audit-1", "K", "1", false, POST)
                        .waits(3, "audit-2", "K", "1", false, POST)
                        .waits(4, "audit-3", "K", "1", false, POST)
                        .lock("L", 50 + look)
                        .lock("K", 1)))
        .extracting(Finding::headline)
        .containsExactly("clerk-1 holds ReentrantLock, for which 3 threads wait, for 5 s now");
  }

  @Test
  void givenARingOfWaitsWithATimeout_whenDumped_thenItIsToldOnce() {
    Scene ring =
        new Scene()
            .waits(1, "a", "K", "1", true, POST)
            .waits(2, "b", "L", "1", true, POST)
            .lock("L", 1)
            .lock("K", 2);

    assertThat(dumped(ring)).hasSize(1);
  }

  private static final String[] ACCEPT = {
    "sun.nio.ch.NioSocketImpl.accept(NioSocketImpl.java:755)",
    "java.net.ServerSocket.implAccept(ServerSocket.java:675)",
    "java.net.ServerSocket.accept(ServerSocket.java:532)",
    "shop.Server.serve(Server.java:20)"
  };

  /** Four threads that accept connections of one socket, one with the lock in its hand. */
  private static Scene acceptors() {
    Scene scene = new Scene().runs(0, "acceptor-0", ACCEPT).lock("L", 0);
    for (int i = 1; i < 4; i++) {
      scene.waits(i, "acceptor-" + i, "L", "1", false, ACCEPT);
    }
    return scene;
  }

  @Test
  void givenThreadsThatTakeTurnsToAccept_whenTheyStand_thenTheyAreIdle() {
    assertThat(dumped(acceptors())).isEmpty();
    assertThat(examine(look -> acceptors())).isEmpty();
  }

  @Test
  void givenAThreadThatWaitsForAnIdleOwnersLock_whenItIsOnAnotherErrand_thenItIsTold() {
    assertThat(dumped(acceptors().waits(9, "closer", "L", "1", false, POST))).hasSize(1);
    assertThat(examine(look -> acceptors().waits(9, "closer", "L", "1", false, POST))).hasSize(1);
  }

  @Test
  void givenTwoDumps_whenTheQueueMovedOrTheOwnerChanged_thenThatIsNoLongHold() {
    assertThat(dumped(held("1"), held("2"))).isEmpty();
    assertThat(dumped(held("1").runs(9, "other").lock("L", 9), held("1"))).isEmpty();
    assertThat(dumped(held("1"), held("1"))).hasSize(1);
  }

  @Test
  void givenAnOwnerThatHasEnded_whenTheQueueStands_thenThatIsAnotherDetectorsFinding() {
    assertThat(examine(look -> held("1").stands(0, "report", ThreadState.TERMINATED))).isEmpty();
  }

  private static Finding onlyOne(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
