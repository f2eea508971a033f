package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deadlocks through locks whose holders the source does not name. */
class UnownedLocksTest {
  private static final String[] WRITES = {
    "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock.lock(R.java:959)",
    "shop.Page.edit(Page.java:31)",
    "shop.Wiki.run(Wiki.java:7)"
  };
  private static final String[] READS = {
    "java.util.concurrent.locks.ReentrantReadWriteLock$ReadLock.lock(R.java:738)",
    "shop.Page.show(Page.java:20)"
  };
  private static final String[] LOCKS = {
    "java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)",
    "shop.Bank.move(Bank.java:31)"
  };
  private static final String[] SLEEPS = {
    "java.lang.Thread.sleep(Thread.java)", "shop.Main.main(Main.java:9)"
  };

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return new DeadlockDetector(Thresholds.DEFAULT).examine(timeline);
  }

  private static Scene upgrade() {
    return new Scene()
        .inDump()
        .waits(1, "editor-1", "page", "1", false, WRITES)
        .waits(2, "editor-2", "page", "1", false, WRITES)
        .rests(9, "main", SLEEPS)
        .unknown("page", ResourceKind.READ_WRITE_LOCK);
  }

  @Test
  void givenTwoWritersBehindReaders_whenNobodyElseWorks_thenTheyAreTheReaders() {
    Finding finding = examine(upgrade().at(0)).get(0);

    assertThat(finding.type()).isEqualTo("deadlock");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline())
        .isEqualTo("2 threads wait for locks that only they can hold: editor-1 and editor-2");
    assertThat(finding.explanation())
        .containsExactly(
            "editor-1 waits for Thing, at Page.edit(Page.java:31)",
            "editor-2 waits for Thing, at Page.edit(Page.java:31)",
            "whoever holds these locks is among them: no other thread works");
    assertThat(finding.limits())
        .containsExactly(
            "whether one that rests holds a lock, which would end this by itself: main",
            "who holds these locks: no dump names the readers of a lock; the agent names holders,"
                + " and can prove this");
  }

  @Test
  void givenTwoWriters_whenAnotherThreadWorks_thenItMayBeTheReader() {
    assertThat(examine(upgrade().runs(3, "reader").at(0))).isEmpty();
  }

  @Test
  void givenTwoWritersThatStandStill_whenWhoWorksHasMovedOn_thenItIsNotTheReader() {
    Observation first = upgrade().runs(3, "other", "shop.Mail.send(Mail.java:1)").at(0);
    Observation moved = upgrade().runs(3, "other", "shop.Mail.send(Mail.java:8)").at(5_000);
    Observation stands = upgrade().runs(3, "other", "shop.Mail.send(Mail.java:1)").at(5_000);

    assertThat(examine(first, moved)).hasSize(1);
    assertThat(examine(first, stands)).isEmpty();
  }

  @Test
  void givenTwoWriters_whenOneThatRestsCameByTheirCode_thenItMayBeTheReader() {
    Scene scene =
        upgrade()
            .rests(
                3,
                "editor-3",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Page.edit(Page.java:30)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenTwoWriters_whenAnotherWaitsForASignal_thenTheSignalMayFreeAReader() {
    Scene scene = upgrade().waits(3, "reader", "news").unknown("news", ResourceKind.CONDITION);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenTwoWriters_whenAnotherWaitsForTheirResult_thenThatFreesNobody() {
    Scene scene = upgrade().waits(3, "report", "result").unknown("result", ResourceKind.LATCH);

    assertThat(examine(scene.at(0))).hasSize(1);
  }

  @Test
  void givenOneWriter_whenSomebodyRests_thenThatOneMayBeTheReader() {
    Scene one =
        new Scene()
            .inDump()
            .waits(1, "editor-1", "page", "1", false, WRITES)
            .unknown("page", ResourceKind.READ_WRITE_LOCK);

    assertThat(examine(one.at(0)))
        .extracting(Finding::headline)
        .containsExactly("editor-1 waits for a lock that only it can hold");
    assertThat(examine(one.rests(9, "main", SLEEPS).at(0))).isEmpty();
  }

  @Test
  void givenReadersOnly_whenNobodyWorks_thenThatIsNoRing() {
    Scene readers =
        new Scene()
            .inDump()
            .waits(1, "reader-1", "page", "1", false, READS)
            .waits(2, "reader-2", "page", "1", false, READS)
            .unknown("page", ResourceKind.READ_WRITE_LOCK);

    assertThat(examine(readers.at(0))).isEmpty();
  }

  @Test
  void givenAWriterThatHoldsWhatAReaderNeeds_whenExamined_thenBothAreNamed() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "holder-reader", "monitor", "1", false, "shop.Page.print(Page.java:50)")
            .waits(2, "monitor-owner", "page", "1", false, WRITES)
            .rests(9, "main", SLEEPS)
            .monitor("monitor", "shop.Printer", 2)
            .unknown("page", ResourceKind.READ_WRITE_LOCK);

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.participants())
        .extracting(participant -> participant.thread().name())
        .containsExactlyInAnyOrder("holder-reader", "monitor-owner");
    assertThat(finding.explanation())
        .contains(
            "holder-reader waits for the monitor of Printer, held by monitor-owner, at"
                + " Page.print(Page.java:50)");
  }

  @Test
  void givenTwoLocksWithoutOwners_whenEachIsWaitedFor_thenTheWaitersHoldThem() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "rl-1", "A", "1", false, LOCKS)
            .waits(2, "rl-2", "B", "1", false, LOCKS)
            .rests(9, "main", SLEEPS)
            .unknown("A", ResourceKind.REENTRANT_LOCK)
            .unknown("B", ResourceKind.REENTRANT_LOCK);

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.headline()).endsWith("rl-1 and rl-2");
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("Thread.print -l"));
  }

  @Test
  void givenTwoSemaphores_whenTheirWaitersShareNoCode_thenTheyMayBeMereSignals() {
    Scene apart =
        new Scene()
            .inDump()
            .waits(1, "a", "A", "1", false, "lib.Pump.run(Pump.java:3)")
            .waits(2, "b", "B", "1", false, "shop.Till.run(Till.java:3)")
            .unknown("A", ResourceKind.SEMAPHORE)
            .unknown("B", ResourceKind.SEMAPHORE);
    Scene together =
        new Scene()
            .inDump()
            .waits(1, "a", "A", "1", false, "shop.Till.open(Till.java:3)")
            .waits(2, "b", "B", "1", false, "shop.Till.close(Till.java:9)")
            .unknown("A", ResourceKind.SEMAPHORE)
            .unknown("B", ResourceKind.SEMAPHORE);

    assertThat(examine(apart.at(0))).isEmpty();
    assertThat(examine(together.at(0))).hasSize(1);
  }

  @Test
  void givenALiveLookWithoutStacks_whenExamined_thenWhatIsNotKnownMayWork() {
    Scene live =
        new Scene()
            .waits(1, "editor-1", "page", "1", false, WRITES)
            .waits(2, "editor-2", "page", "1", false, WRITES)
            .unknown("page", ResourceKind.READ_WRITE_LOCK);
    Observation[] calm = {live.at(0), live.at(2_500), live.at(5_000)};

    assertThat(examine(calm)).hasSize(1);
    live.runs(3, "unknown", new String[0]);
    assertThat(examine(live.at(0), live.at(2_500), live.at(5_000))).isEmpty();
  }

  @Test
  void givenTimedWaits_whenExamined_thenTheyEndByThemselves() {
    Scene timed =
        new Scene()
            .inDump()
            .waits(1, "editor-1", "page", "1", true, WRITES)
            .waits(2, "editor-2", "page", "1", true, WRITES)
            .unknown("page", ResourceKind.READ_WRITE_LOCK);

    assertThat(examine(timed.at(0))).isEmpty();
  }
}
