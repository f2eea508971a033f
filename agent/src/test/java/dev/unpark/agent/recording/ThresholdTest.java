package dev.unpark.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThresholdTest {
  private static final long SECOND = 1_000_000_000L;

  private final Threshold threshold = new Threshold(0);

  @Test
  void givenAFlood_whenItGoesOn_thenItRisesAtOnceAndNotWithoutBound() {
    for (int second = 1; second < 60; second++) {
      count(5_000);
      threshold.at(second * SECOND);
    }

    assertThat(threshold.at(60 * SECOND)).isBetween(Threshold.MOST, Threshold.MOST.multipliedBy(2));
  }

  @Test
  void givenItHasRisen_whenTheFloodIsOver_thenItFallsToItsLeast() {
    count(5_000);
    assertThat(threshold.at(SECOND)).isGreaterThan(Threshold.LEAST);

    for (int second = 2; second < 60; second++) {
      count(1);
      threshold.at(second * SECOND);
    }

    assertThat(threshold.at(60 * SECOND)).isEqualTo(Threshold.LEAST);
  }

  private void count(int events) {
    for (int i = 0; i < events; i++) {
      threshold.count();
    }
  }
}
