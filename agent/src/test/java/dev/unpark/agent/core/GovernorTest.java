package dev.unpark.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GovernorTest {
  private static final Duration WANTED = Duration.ofMillis(500);
  private static final long SECOND = 1_000_000_000L;

  private final Governor governor = new Governor(0.01, WANTED, 0);
  private long now;
  private long cpu;

  @Test
  void givenAnExpensiveStart_whenAccounted_thenNothingChanges() {
    run(15, 0.5);

    assertThat(governor.interval()).isEqualTo(WANTED);
  }

  @Test
  void givenTwiceTheBudget_whenAccountedForMinutes_thenItStepsDownButNotWithoutBound() {
    run(300, 0.02);

    assertThat(governor.restrained()).isTrue();
    assertThat(governor.interval()).isEqualTo(Governor.SLOWEST);
    assertThat(governor.step().stacks()).isPositive();
  }

  @Test
  void givenItWasOver_whenCalm_thenItStepsUpAllTheWay() {
    run(100, 0.02);
    assertThat(governor.restrained()).isTrue();

    run(300, 0.001);

    assertThat(governor.restrained()).isFalse();
    assertThat(governor.interval()).isEqualTo(WANTED);
  }

  @Test
  void givenALoadAtTheEdge_whenAccountedForAnHour_thenItDoesNotSwing() {
    run(30, 0.001);
    int changes = 0;
    for (int window = 0; window < 360; window++) {
      Governor.Step before = governor.step();
      run(10, governor.restrained() ? 0.003 : 0.02);
      changes += before.equals(governor.step()) ? 0 : 1;
    }

    assertThat(changes).isLessThan(25);
  }

  private void run(int seconds, double share) {
    for (int i = 0; i < seconds; i++) {
      now += SECOND;
      cpu += (long) (SECOND * share);
      governor.account(now, cpu);
    }
  }
}
