package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadlockDetectorTest {
  private final DeadlockDetector detector = new DeadlockDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  private static Scene ring(String turn) {
    return new Scene()
        .waits(1, "transfer-1", "B", turn, false, "shop.Bank.move(Bank.java:31)")
        .waits(2, "transfer-2", "A", turn, false, "shop.Bank.move(Bank.java:31)")
        .lock("A", 1)
        .lock("B", 2);
  }

  @Test
  void givenARingSeenTwiceInTheSameWaits_whenExamined_thenItIsProvenAndTold() {
    Finding finding = examine(ring("7").at(0), ring("7").at(500)).get(0);

    assertThat(finding.type()).isEqualTo("deadlock");
    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.headline())
        .isEqualTo("2 threads wait for each other: transfer-1 and transfer-2");
    assertThat(finding.explanation())
        .containsExactly(
            "transfer-1 holds ReentrantLock A and waits for ReentrantLock B, held by transfer-2,"
                + " at Bank.move(Bank.java:31)",
            "transfer-2 holds ReentrantLock B and waits for ReentrantLock A, held by transfer-1,"
                + " at Bank.move(Bank.java:31)");
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.limits()).isEmpty();
    assertThat(finding.runbook()).isEqualTo("docs/runbooks/deadlock.md");
  }

  @Test
  void givenARingSeenOnce_whenExamined_thenItIsSuspectedAndSaysWhatIsMissing() {
    Finding finding = examine(ring("7").inDump().at(0)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits())
        .containsExactly("a second look: the same waits seen twice are the proof");
  }

  /** A garbage collection between two dumps gives every lock another address. */
  @Test
  void givenARingWhoseLocksBearOtherAddresses_whenDumpedAgain_thenIsNoProofAndSaysWhy() {
    Scene moved =
        new Scene()
            .waits(1, "transfer-1", "D", "7", false, "shop.Bank.move(Bank.java:31)")
            .waits(2, "transfer-2", "C", "7", false, "shop.Bank.move(Bank.java:31)")
            .lock("C", 1)
            .lock("D", 2);

    Finding finding = examine(ring("7").inDump().at(0), moved.inDump().at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits().get(0))
        .startsWith("whether these are the locks of the look before")
        .endsWith("look again");
  }

  @Test
  void givenARingInOneLiveLook_whenExamined_thenItMayBeTornAndIsNotTold() {
    assertThat(examine(ring("7").at(0))).isEmpty();
    assertThat(examine(new Scene().runs(1, "transfer-1").at(0), ring("7").at(500))).isEmpty();
  }

  @Test
  void givenTheSameRingHeldByOthersBefore_whenExamined_thenNothingIsProven() {
    Scene before =
        new Scene()
            .waits(1, "transfer-1", "B", "7", false, "shop.Bank.move(Bank.java:31)")
            .waits(2, "transfer-2", "A", "7", false, "shop.Bank.move(Bank.java:31)")
            .waits(3, "transfer-3", "A", "7", false, "shop.Bank.move(Bank.java:31)")
            .lock("A", 1)
            .lock("B", 3);

    assertThat(examine(before.at(0), ring("7").at(500))).isEmpty();
    assertThat(examine(before.inDump().at(0), ring("7").inDump().at(500)))
        .extracting(Finding::certainty)
        .containsExactly(Certainty.SUSPECTED);
  }

  @Test
  void givenMembersWithoutStacks_whenTheyStandASecondTime_thenTheDeadlockIsToldAllTheSame() {
    Scene bare =
        new Scene()
            .waits(1, "transfer-1", "B", "7", false)
            .waits(2, "transfer-2", "A", "7", false)
            .lock("A", 1)
            .lock("B", 2);

    assertThat(examine(bare.at(0))).isEmpty();
    assertThat(examine(bare.at(0), bare.at(500)).get(0).certainty()).isEqualTo(Certainty.PROVEN);
  }

  @Test
  void givenAThousandReadersThatAllWantToWrite_whenExamined_thenTheStoryIsCutShort() {
    int readers = 20_000;
    Scene scene = new Scene();
    long[] ids = new long[readers];
    for (int i = 0; i < readers; i++) {
      ids[i] = i + 1;
      scene.waits(i + 1, "reader-" + i, "L");
    }
    Observation look = scene.readWriteLock("L", ids).inDump().at(0);

    Finding finding = examine(look).get(0);

    assertThat(finding.participants()).hasSize(readers);
    assertThat(finding.explanation())
        .hasSize(13)
        .last()
        .isEqualTo("and so on: 19988 threads of \"reader-#\"");
  }

  @Test
  void givenMoreRingsThanAnybodyReads_whenExamined_thenTheFirstAreToldAndTheRestCounted() {
    int rings = 50_000;
    Scene scene = new Scene();
    for (int i = 1; i <= 2 * rings; i += 2) {
      scene.waits(i, "v", "L" + (i + 1)).waits(i + 1, "v", "L" + i);
      scene.lock("L" + i, i).lock("L" + (i + 1), i + 1);
    }
    List<Finding> findings = examine(scene.inDump().at(0));

    assertThat(findings).hasSize(50);
    assertThat(findings.get(0).limits()).anyMatch(limit -> limit.startsWith("49950 more knots"));
    assertThat(findings.get(1).limits()).noneMatch(limit -> limit.contains("more knot"));
  }

  @Test
  void givenMoreVictimsThanAnybodyReads_whenExamined_thenTheRestIsCounted() {
    Scene scene = ring("7");
    for (int i = 0; i < 1_000; i++) {
      scene.waits(10 + i, "http-" + i, "A");
    }
    Finding finding = examine(scene.inDump().at(0)).get(0);

    assertThat(finding.participants()).hasSize(202);
    assertThat(finding.explanation()).contains("behind them: 1000 threads of \"http-#\"");
    assertThat(finding.limits()).contains("800 more victims: counted only");
  }

  @Test
  void givenARingWhoseThreadsMovedInBetween_whenExamined_thenLookingStuckIsNoProof() {
    Finding finding = examine(ring("7").at(0), ring("8").at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits().get(0)).startsWith("two looks between which none of them went on");
  }

  @Test
  void givenARingWithoutEvidenceOfTurns_whenSeenOften_thenItIsNeverProven() {
    Finding finding = examine(ring("").at(0), ring("").at(500), ring("").at(1000)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits().get(0)).startsWith("whether the threads made progress");
  }

  @Test
  void givenTheSameWaitsThatWereNoRingBefore_whenExamined_thenOneLookProvesNothing() {
    Scene before =
        new Scene()
            .waits(1, "transfer-1", "B", "7", false, "shop.Bank.move(Bank.java:31)")
            .waits(2, "transfer-2", "A", "7", false, "shop.Bank.move(Bank.java:31)")
            .runs(3, "main")
            .lock("A", 3)
            .lock("B", 2);

    assertThat(examine(before.inDump().at(0), ring("7").inDump().at(500)).get(0).certainty())
        .isEqualTo(Certainty.SUSPECTED);
  }

  @Test
  void givenThreadsBehindTheRing_whenExamined_thenTheyAreVictims() {
    Finding finding =
        examine(ring("7").waits(3, "http-1", "A").waits(4, "http-2", "B").inDump().at(0)).get(0);

    assertThat(finding.explanation()).contains("behind them: 2 threads of \"http-#\"");
    assertThat(finding.participants())
        .filteredOn(participant -> participant.role() == Role.VICTIM)
        .extracting(participant -> participant.thread().name())
        .containsExactly("http-1", "http-2");
  }

  @Test
  void givenTheSameCodeInAnotherProcess_whenExamined_thenTheIdIsTheSame() {
    Scene other =
        new Scene()
            .waits(81, "transfer-17", "Q", "1", false, "shop.Bank.move(Bank.java:33)")
            .waits(82, "transfer-29", "P", "1", false, "shop.Bank.move(Bank.java:33)")
            .lock("P", 81)
            .lock("Q", 82);

    assertThat(examine(other.inDump().at(0)).get(0).id())
        .isEqualTo(examine(ring("7").inDump().at(0)).get(0).id());
  }

  @Test
  void givenThreadsWithoutNames_whenExamined_thenTheyGoByTheirIds() {
    Scene nameless = new Scene().waits(31, "", "B").waits(32, " ", "A").lock("A", 31).lock("B", 32);

    assertThat(examine(nameless.inDump().at(0)).get(0).headline())
        .isEqualTo("2 threads wait for each other: thread #31 and thread #32");
  }

  @Test
  void givenAChainWhoseLastOwnerRuns_whenExamined_thenFindsNothing() {
    Scene chain = new Scene().waits(1, "a", "X").runs(2, "b").lock("X", 2);

    assertThat(examine(chain.at(0), chain.at(500))).isEmpty();
  }

  @Test
  void givenAPoolThatWaitsForItself_whenExamined_thenThatIsAnotherDetectorsFinding() {
    Scene pool = new Scene().waits(1, "p-1", "f").queuedFuture("f", "P").pool("P", "p-#", 1, 0, 1);

    assertThat(examine(pool.inDump().at(0))).isEmpty();
  }

  @Test
  void givenARingThroughAFuture_whenProven_thenTheLimitsSayThatSomebodyOutsideMayEndIt() {
    Scene ring =
        new Scene()
            .waits(1, "batch-1", "f")
            .waits(2, "batch-2", "L")
            .lock("L", 1)
            .resource(
                "f",
                ResourceKind.FUTURE,
                "java.util.concurrent.FutureTask",
                new Release.AllOf(Set.of(2L)));
    Finding finding = examine(ring.at(0), ring.at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.limits()).containsExactly(Words.FROM_OUTSIDE);
    assertThat(finding.nextSteps().get(0).text()).contains("by hand");
  }

  private static String fix(Finding finding) {
    return finding.nextSteps().get(2).text();
  }

  @Test
  void givenEachKindOfKnot_whenTold_thenTheFixFitsWhatIsWaitedFor() {
    Scene initialisers =
        new Scene()
            .waits(1, "till-1", "A")
            .waits(2, "till-2", "B")
            .resource("A", ResourceKind.CLASS_INITIALIZATION, "shop.A", Release.owner(2))
            .resource("B", ResourceKind.CLASS_INITIALIZATION, "shop.B", Release.owner(1));
    Scene upgrade =
        new Scene().waits(1, "editor-1", "L").waits(2, "editor-2", "L").readWriteLock("L", 1, 2);
    Scene permits = new Scene().waits(1, "a", "S").waits(2, "b", "S").semaphore("S", 1, 2);
    Scene result =
        new Scene()
            .waits(1, "batch-1", "f")
            .waits(2, "batch-2", "L")
            .lock("L", 1)
            .resource(
                "f",
                ResourceKind.FUTURE,
                "java.util.concurrent.FutureTask",
                new Release.AllOf(Set.of(2L)));
    Scene end =
        new Scene()
            .waits(1, "main", "e")
            .waits(2, "worker", "L")
            .lock("L", 1)
            .resource("e", ResourceKind.THREAD_END, "java.lang.Thread", Release.owner(2));

    assertThat(fix(examine(ring("7").inDump().at(0)).get(0))).startsWith("take the locks in one");
    assertThat(fix(examine(initialisers.inDump().at(0)).get(0)))
        .startsWith("let no static initialiser");
    assertThat(fix(examine(upgrade.inDump().at(0)).get(0))).startsWith("give the read lock back");
    assertThat(fix(examine(permits.inDump().at(0)).get(0))).startsWith("take at once all");
    assertThat(fix(examine(result.inDump().at(0)).get(0)))
        .isEqualTo("give back what is held before waiting for a result, or wait with a timeout");
    assertThat(fix(examine(end.inDump().at(0)).get(0)))
        .isEqualTo("give back what is held before waiting for other threads to end");
  }

  private static Scene joining(String joinersCode) {
    return new Scene()
        .unknown("end", ResourceKind.THREAD_END)
        .lock("L", 1)
        .waits(1, "closer", "end", "1", false, "java.lang.Thread.join(T.java)", joinersCode)
        .waits(2, "worker", "L", "1", false, "shop.Pool.finish(Pool.java:7)");
  }

  @Test
  void givenAJoinUnderALock_whenAThreadOfThatCodeNeedsTheLock_thenTheyAreSuspected() {
    Scene stands = joining("shop.Pool.close(Pool.java:3)");

    List<Finding> findings = examine(stands.at(0), stands.at(500), stands.at(1_000));

    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(findings.get(0).headline()).contains("closer waits for a thread to end");
  }

  @Test
  void givenAJoinUnderALock_whenThatThreadIsOfOtherCode_thenFindsNothing() {
    Scene other = joining("shop.Shutdown.run(Shutdown.java:3)");

    assertThat(examine(other.at(0), other.at(500), other.at(1_000))).isEmpty();
  }

  @Test
  void givenAJoinUnderALock_whenAThreadWorks_thenFindsNothing() {
    Scene works = joining("shop.Pool.close(Pool.java:3)").runs(3, "task");

    assertThat(examine(works.at(0), works.at(500), works.at(1_000))).isEmpty();
  }
}
