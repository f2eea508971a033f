package dev.unpark.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Duration WANTED = Duration.ofMillis(500);
  private static final long SECOND = 1_000_000_000L;

  private final Budget budget = new Budget(0.01, WANTED);

  @Test
  void givenAnExpensiveStart_whenAccounted_thenTheIntervalStays() {
    for (long second = 1; second <= 15; second++) {
      budget.account(second * SECOND, second * SECOND / 2);
    }

    assertThat(budget.interval()).isEqualTo(WANTED);
  }

  @Test
  void givenTwiceTheBudget_whenAccountedForMinutes_thenLooksGetRarerButNotWithoutBound() {
    for (long second = 1; second <= 300; second++) {
      budget.account(second * SECOND, second * SECOND / 50);
    }

    assertThat(budget.exceeded()).isTrue();
    assertThat(budget.interval()).isEqualTo(Budget.SLOWEST);
  }

  @Test
  void givenItWasOver_whenCalm_thenTheWantedIntervalComesBack() {
    long cpu = 0;
    for (long second = 1; second <= 60; second++) {
      cpu += SECOND / 50;
      budget.account(second * SECOND, cpu);
    }
    assertThat(budget.exceeded()).isTrue();
    for (long second = 61; second <= 300; second++) {
      cpu += SECOND / 1_000;
      budget.account(second * SECOND, cpu);
    }

    assertThat(budget.interval()).isEqualTo(WANTED);
  }
}
