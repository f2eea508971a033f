package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ThreadState;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitorUseTest {
  private final MonitorUse use = new MonitorUse();
  private final Thread listener = new Thread(Thread.currentThread().getThreadGroup(), () -> {});

  @Test
  void givenThreadsThatWereBlockedBeforeTheFirstLook_whenNoneIsAnyMore_thenNothingIsSeen() {
    use.look(List.of(), 7);
    use.look(List.of(), 7);
    use.look(List.of(), 3);

    assertThat(use.isSeen()).isFalse();
  }

  @Test
  void givenContentionBetweenTwoLooks_whenLooked_thenItIsSeenForGood() {
    use.look(List.of(), 7);
    use.look(List.of(), 8);
    use.look(List.of(), 8);

    assertThat(use.isSeen()).isTrue();
  }

  @Test
  void givenAThreadThatStandsInOneWait_whenLookedAgain_thenNothingIsSeen() {
    use.look(List.of(waiting(listener, "0:1")), 0);
    use.look(List.of(waiting(listener, "0:1")), 0);

    assertThat(use.isSeen()).isFalse();
  }

  @Test
  void givenAThreadThatIsNotifiedAndWaitsAgain_whenLooked_thenItIsSeen() {
    use.look(List.of(waiting(listener, "0:1")), 0);
    use.look(List.of(waiting(listener, "0:9")), 0);

    assertThat(use.isSeen()).isTrue();
  }

  @Test
  void givenAThreadOfTheJdksOwn_whenItWaitsAgain_thenNothingIsSeen() {
    ThreadGroup system = Thread.currentThread().getThreadGroup();
    while (system.getParent() != null) {
      system = system.getParent();
    }
    Thread cleaner = new Thread(system, () -> {});

    use.look(List.of(waiting(cleaner, "0:1")), 0);
    use.look(List.of(waiting(cleaner, "0:9")), 0);

    assertThat(use.isSeen()).isFalse();
  }

  private static Seen waiting(Thread thread, String counts) {
    Seen seen = new Seen(thread, false, ThreadState.WAITING);
    seen.inMonitorWait = true;
    seen.counts = counts;
    return seen;
  }
}
