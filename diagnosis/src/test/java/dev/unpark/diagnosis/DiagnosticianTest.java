package dev.unpark.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Finding.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosticianTest {
  private final Diagnostician diagnostician = new Diagnostician();

  private static Scene calm() {
    return new Scene().runs(1, "transfer-1").runs(2, "transfer-2");
  }

  private static Scene ring(long a, long b) {
    return ring(new Scene(), a, b);
  }

  private static Scene ring(Scene scene, long a, long b) {
    return scene
        .waits(a, "transfer-" + a, "lock " + b)
        .waits(b, "transfer-" + b, "lock " + a)
        .lock("lock " + a, a)
        .lock("lock " + b, b);
  }

  private static List<String> story(List<Finding> changes) {
    return changes.stream()
        .map(change -> change.state().label() + " " + change.certainty().label())
        .toList();
  }

  @Test
  void givenADeadlock_whenItStands_thenItOpensIsProvenOnceAndStaysOpen() {
    assertThat(diagnostician.observe(calm().at(0))).isEmpty();
    assertThat(diagnostician.observe(ring(1, 2).at(500))).isEmpty();
    assertThat(story(diagnostician.observe(ring(1, 2).at(1000)))).containsExactly("opened proven");
    assertThat(diagnostician.observe(ring(1, 2).at(1500))).isEmpty();

    Finding finding = diagnostician.active().get(0);
    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.since()).isEqualTo(Scene.START.plusMillis(500));
    assertThat(finding.observedAt()).isEqualTo(Scene.START.plusMillis(1500));
  }

  @Test
  void givenADeadlockInDumps_whenItStands_thenItOpensIsProvenOnceAndStaysOpen() {
    assertThat(story(diagnostician.observe(ring(1, 2).inDump().at(500))))
        .containsExactly("opened suspected");
    assertThat(story(diagnostician.observe(ring(1, 2).inDump().at(1000))))
        .containsExactly("updated proven");
    assertThat(diagnostician.observe(ring(1, 2).inDump().at(1500))).isEmpty();
  }

  @Test
  void givenTheSameRingInARestartedProcess_whenObserved_thenNoProofSpansTheTwo() {
    diagnostician.observe(ring(1, 2).inDump().at(0));

    assertThat(story(diagnostician.observe(ring(1, 2).inDump().inProcess(4712).at(1000))))
        .containsExactly("closed suspected", "opened suspected");
  }

  @Test
  void givenAClockThatIsSetBack_whenLooksGoOn_thenTheyCountAgainAfterAFew() {
    diagnostician.observe(calm().at(3_600_000));
    diagnostician.observe(ring(1, 2).at(3_600_500));
    diagnostician.observe(ring(1, 2).at(3_601_000));
    assertThat(diagnostician.active()).hasSize(1);
    for (int look = 0; look < 4; look++) {
      assertThat(diagnostician.observe(calm().at(look * 500))).isEmpty();
    }

    assertThat(story(diagnostician.observe(calm().at(2_000)))).containsExactly("closed proven");
  }

  @Test
  void givenAFindingThatFlickers_whenGoneForAMoment_thenItStaysOne() {
    diagnostician.observe(ring(1, 2).inDump().at(0));
    assertThat(diagnostician.observe(calm().at(1000))).isEmpty();
    assertThat(diagnostician.observe(ring(1, 2).inDump().at(2000))).isEmpty();
    assertThat(story(diagnostician.observe(calm().at(8000)))).containsExactly("closed suspected");
    assertThat(diagnostician.active()).isEmpty();
  }

  @Test
  void givenTwoDeadlocksInTheSameCode_whenBothStand_thenEachHasAnIdAndKeepsIt() {
    diagnostician.observe(ring(11, 12).inDump().at(0));
    String first = diagnostician.active().get(0).id();
    diagnostician.observe(ring(ring(11, 12), 1, 2).inDump().at(500));
    diagnostician.observe(ring(ring(11, 12), 1, 2).inDump().at(1000));

    assertThat(diagnostician.active()).extracting(Finding::id).containsExactly(first, first + "-2");
    assertThat(diagnostician.active().get(0).participants().get(0).thread().id()).isEqualTo(11);
    assertThat(diagnostician.active().get(1).participants().get(0).thread().id()).isEqualTo(1);
  }

  @Test
  void givenALateOrRepeatedLook_whenObserved_thenItIsRefused() {
    diagnostician.observe(ring(1, 2).inDump().at(1000));

    assertThat(diagnostician.observe(ring(1, 2).at(1000))).isEmpty();
    assertThat(diagnostician.observe(calm().at(500))).isEmpty();
    assertThat(diagnostician.active().get(0).certainty()).isEqualTo(Certainty.SUSPECTED);
  }

  @Test
  void givenAThirdThreadThatJoinsBehind_whenObserved_thenTheFindingIsUpdated() {
    diagnostician.observe(ring(1, 2).inDump().at(0));
    List<Finding> changes =
        diagnostician.observe(ring(1, 2).waits(3, "http-1", "lock 1").inDump().at(500));

    assertThat(changes).extracting(Finding::state).containsExactly(State.UPDATED);
    assertThat(changes.get(0).participants()).hasSize(3);
  }

  @Test
  void givenAConvoyWhoseThreadsChangeAtEveryLook_whenItStands_thenItIsToldOnce() {
    int told = 0;
    for (int look = 0; look < 30; look++) {
      Scene scene = new Scene().runs(look, "clerk-" + look).lock("L", look);
      for (int waiter = 1; waiter <= 4; waiter++) {
        int id = look + waiter;
        scene.waits(
            id, "clerk-" + id, "L", "turn " + look, false, "shop.Ledger.post(Ledger.java:4)");
      }
      told += diagnostician.observe(scene.at(look * 500L)).size();
    }

    assertThat(diagnostician.active()).extracting(Finding::type).containsExactly("lock-convoy");
    assertThat(told).isEqualTo(1);
  }

  @Test
  void
      givenMoreFindingsOfAKindThanAnybodyReads_whenObserved_thenTheGravestAreToldAndTheRestCounted() {
    Scene scene = new Scene();
    for (int i = 0; i < 60; i++) {
      String sleep = "java.lang.Thread.sleep(Native Method)";
      scene.rests(1_000 + i, "owner-" + i, sleep, "shop.Owner.hold(O.java:" + i + ")");
      scene.lock("L" + i, 1_000 + i).waits(2_000 + i, "waiter-" + i, "L" + i);
    }
    scene.waits(3_000, "second", "L59");

    diagnostician.observe(scene.inDump().at(0));

    assertThat(diagnostician.active()).hasSize(50);
    assertThat(diagnostician.active().get(0).headline()).startsWith("owner-59 holds");
    assertThat(diagnostician.active().get(0).limits())
        .contains("10 more findings of this kind: counted only");
    assertThat(diagnostician.active().get(1).limits())
        .doesNotContain("10 more findings of this kind: counted only");
  }
}
