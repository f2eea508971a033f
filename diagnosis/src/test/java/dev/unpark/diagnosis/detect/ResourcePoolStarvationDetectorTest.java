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
import org.junit.jupiter.api.Test;

class ResourcePoolStarvationDetectorTest {
  private static final String[] BORROWS = {
    "com.zaxxer.hikari.util.ConcurrentBag.borrow(ConcurrentBag.java:155)",
    "com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:163)",
    "shop.Audit.write(Audit.java:20)",
    "shop.Orders.book(Orders.java:31)"
  };
  private static final String[] ACQUIRES = {
    "java.util.concurrent.Semaphore.acquire(Semaphore.java:318)", "shop.Disk.copy(Disk.java:12)"
  };

  private final ResourcePoolStarvationDetector detector =
      new ResourcePoolStarvationDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  private static Scene borrowers() {
    return new Scene()
        .inDump()
        .waits(1, "clerk-1", "bag-1", "1", true, BORROWS)
        .waits(2, "clerk-2", "bag-2", "1", true, BORROWS)
        .unknown("bag-1", ResourceKind.QUEUE)
        .unknown("bag-2", ResourceKind.QUEUE);
  }

  @Test
  void givenThreadsThatAskForConnections_whenNobodyUsesOne_thenThePoolIsStarved() {
    Finding finding = examine(borrowers().at(0)).get(0);

    assertThat(finding.type()).isEqualTo("resource-pool-starvation");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.headline()).isEqualTo("2 threads wait for connections that nobody uses");
    assertThat(finding.explanation())
        .containsExactly(
            "2 threads of \"clerk-#\" wait for a connection of com.zaxxer.hikari, at"
                + " Audit.write(Audit.java:20)",
            "no thread is inside a driver, and none does anything else in the code that asks");
    assertThat(finding.limits().get(0)).contains("leakDetectionThreshold");
    assertThat(finding.limits().get(1)).as("or the database is down").contains("refused");
    assertThat(finding.nextSteps().get(0).text()).startsWith("ask whether the peer can be reached");
  }

  @Test
  void givenThreadsThatAskForConnections_whenOthersAreInTheDriver_thenItIsNotStarved() {
    Scene scene =
        borrowers()
            .reads(3, "clerk-3", "org.postgresql.core.VisibleBufferedInputStream.read(V.java:1)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenThreadsThatAskForConnections_whenOneIsBusyBeyondThatCode_thenItMayHaveOne() {
    Scene scene =
        borrowers()
            .rests(
                3,
                "clerk-3",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Mail.send(Mail.java:5)",
                "shop.Orders.book(Orders.java:40)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenOneThreadThatAsks_whenExamined_thenThatMayBeAMoment() {
    Scene one =
        new Scene()
            .inDump()
            .waits(1, "clerk-1", "bag-1", "1", true, BORROWS)
            .unknown("bag-1", ResourceKind.QUEUE);

    assertThat(examine(one.at(0))).isEmpty();
  }

  @Test
  void givenThePoolsOwnHousekeepers_whenExamined_thenTheyAskForNothing() {
    String[] housekeeper = {
      "java.lang.Object.wait(Native Method)",
      "org.jboss.jca.core.connectionmanager.pool.idle.IdleRemover$R.run(IdleRemover.java:261)"
    };
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "IdleRemover", "a", "1", false, housekeeper)
            .waits(2, "IdleRemover", "a", "1", false, housekeeper)
            .unknown("a", ResourceKind.NOTIFICATION);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  private static Scene copiers() {
    return new Scene()
        .inDump()
        .waits(1, "copy-1", "slots", "1", false, ACQUIRES)
        .waits(2, "copy-2", "slots", "1", false, ACQUIRES)
        .resource(
            "slots",
            ResourceKind.SEMAPHORE,
            "java.util.concurrent.Semaphore",
            new Release.Unknown());
  }

  @Test
  void givenThreadsThatWaitForPermits_whenOthersStandBeyondThatLine_thenTheyMayHoldThem() {
    Scene scene =
        copiers()
            .rests(
                3, "copy-3", "java.lang.Thread.sleep(Thread.java)", "shop.Disk.copy(Disk.java:14)");

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.headline()).isEqualTo("2 threads wait for permits, which copy-3 may hold");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants())
        .extracting(p -> p.thread().name() + " " + p.role())
        .containsExactly("copy-3 " + Role.HOLDER, "copy-1 " + Role.WAITER, "copy-2 " + Role.WAITER);
  }

  @Test
  void givenAHolderThatComputes_whenExamined_thenItGivesThePermitBackPresently() {
    Scene scene = copiers().runs(3, "copy-3", "shop.Disk.copy(Disk.java:14)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenNobodyWhoWorks_whenPermitsMayBeSignals_thenItIsAdvice() {
    Finding finding = examine(copiers().at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("2 threads wait for permits that nobody can give back");
    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.limits()).anyMatch(limit -> limit.contains("mere signals"));
  }

  @Test
  void givenNobodyWhoWorks_whenAWaiterHoldsWhatOthersNeed_thenItIsAWarning() {
    Scene scene = copiers().waits(3, "copy-3", "log").lock("log", 1);

    assertThat(examine(scene.at(0)).get(0).severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void givenSomebodyWhoWorks_whenNoHolderIsSeen_thenAPermitMayComeBack() {
    assertThat(examine(copiers().runs(3, "other").at(0))).isEmpty();
  }

  @Test
  void givenHoldersThatAreBelieved_whenTheyWaitForOneMore_thenThePoolIsStarved() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "copy-1", "slots", "1", false, ACQUIRES)
            .waits(2, "copy-2", "slots", "1", false, ACQUIRES)
            .believed("slots", ResourceKind.SEMAPHORE, 1, 2);

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("copy-1 and copy-2 have what they wait for one more of");
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void givenALiveLook_whenTheQueueHasNotStoodForATrend_thenNothingIsToldYet() {
    Scene live =
        new Scene()
            .waits(1, "clerk-1", "bag-1", "1", true, BORROWS)
            .waits(2, "clerk-2", "bag-2", "1", true, BORROWS)
            .unknown("bag-1", ResourceKind.QUEUE)
            .unknown("bag-2", ResourceKind.QUEUE);

    assertThat(examine(live.at(0), live.at(500))).isEmpty();
    assertThat(examine(live.at(0), live.at(2_500), live.at(5_000))).hasSize(1);
  }
}
