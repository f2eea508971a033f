package dev.unpark.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
  private static final Observation SEEN =
      new Scene()
          .monitor("page", "shop.Page", 1)
          .monitor("cart", "shop.Cart", 4)
          .runs(1, "loader")
          .waits(2, "visitor-1", "page")
          .waits(3, "visitor-2", "page")
          .runs(4, "clerk")
          .at(0);

  @Test
  void givenALongHoldOfTheLockOfAStampede_whenBothAreFound_thenOnlyTheStampedeIsTold() {
    Finding stampede = finding("cache-stampede", "page", Role.WAITER, 1, 2, 3);
    Finding hold = finding("long-hold", "page", Role.WAITER, 1, 2, 3);

    assertThat(Precedence.apply(List.of(hold, stampede), List.of())).containsExactly(stampede);
  }

  @Test
  void givenAnExhaustedPoolWhoseWorkersAreDeadlocked_whenBothAreFound_thenOnlyTheDeadlockIsTold() {
    Finding deadlock = finding("deadlock", "page", Role.MEMBER, 1, 2, 3);
    Finding exhausted = finding("pool-exhaustion", "", Role.WORKER, 2, 3);

    assertThat(Precedence.apply(List.of(deadlock, exhausted), List.of())).containsExactly(deadlock);
  }

  @Test
  void givenTheCommonPoolStarved_whenItIsAlsoFoundBlocked_thenOnlyTheStarvationIsTold() {
    Finding starved = finding("starvation-deadlock", "", Role.MEMBER, 2, 3);
    Finding blocked = finding("common-pool-blocked", "", Role.WORKER, 2, 3);
    Finding loop = finding("event-loop-blocked", "", Role.MEMBER, 2, 3);
    Finding deadlock = finding("deadlock", "", Role.MEMBER, 2, 3);

    assertThat(Precedence.apply(List.of(starved, blocked, loop), List.of()))
        .containsExactly(starved);
    assertThat(Precedence.apply(List.of(deadlock, blocked, loop), List.of()))
        .containsExactly(deadlock, loop);
  }

  @Test
  void givenACauseThatIsOpenButNotInThisLook_whenItsEffectIsFound_thenItIsNotTold() {
    Finding stampede = finding("cache-stampede", "page", Role.WAITER, 1, 2, 3);
    Finding hold = finding("long-hold", "page", Role.WAITER, 1, 2);

    assertThat(Precedence.apply(List.of(hold), List.of(stampede))).isEmpty();
  }

  @Test
  void givenTroubleElsewhere_whenFoundBesideADeadlock_thenBothAreTold() {
    Finding deadlock = finding("deadlock", "page", Role.MEMBER, 1, 2);
    Finding elsewhere = finding("long-hold", "cart", Role.WAITER, 3, 4);
    Finding halfElsewhere = finding("pool-exhaustion", "", Role.WORKER, 2, 3);
    Finding ofNobody = finding("pool-exhaustion", "", Role.WORKER);
    List<Finding> all = List.of(deadlock, elsewhere, halfElsewhere, ofNobody);

    assertThat(Precedence.apply(all, List.of())).isEqualTo(all);
  }

  @Test
  void givenKindsThatExplainEachOtherInNoDirection_whenBothAreFound_thenBothAreTold() {
    Finding convoy = finding("lock-convoy", "page", Role.WAITER, 1, 2, 3);
    Finding hold = finding("long-hold", "page", Role.WAITER, 1, 2, 3);

    assertThat(Precedence.apply(List.of(convoy, hold), List.of())).containsExactly(convoy, hold);
  }

  private static Finding finding(String type, String resource, Role role, long... threads) {
    List<Participant> participants = new ArrayList<>();
    for (long id : threads) {
      participants.add(new Participant(thread(id), role, List.of(), null));
    }
    List<Resource> resources =
        SEEN.resources().stream().filter(seen -> seen.id().equals(resource)).toList();
    return new Finding(
        type + ":" + resource,
        type,
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        Severity.WARNING,
        type,
        SEEN.time(),
        SEEN.time(),
        SEEN.jvm(),
        participants,
        resources,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static ObservedThread thread(long id) {
    return SEEN.threads().stream().filter(seen -> seen.id() == id).findFirst().orElseThrow();
  }
}
