package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  @Test
  void givenACount_whenMinutesPass_thenOnlyTheLastFiveCount() {
    Recent recent = new Recent(0);

    assertThat(recent.of(3, 1)).isEqualTo(3);
    assertThat(recent.of(10, 2 * MINUTE)).isEqualTo(10);
    assertThat(recent.of(10, 4 * MINUTE)).isEqualTo(10);
    assertThat(recent.of(12, 6 * MINUTE)).isEqualTo(9);
    assertThat(recent.of(12, 8 * MINUTE)).isEqualTo(2);
    assertThat(recent.of(12, 12 * MINUTE)).isZero();
  }

  @Test
  void givenALongPause_whenCountedAgain_thenWhatCameMeanwhileIsRecent() {
    Recent recent = new Recent(-7);

    assertThat(recent.of(3, 0)).isEqualTo(3);
    assertThat(recent.of(8, 60 * MINUTE)).isEqualTo(5);
    assertThat(recent.of(8, 61 * MINUTE)).isEqualTo(5);
  }
}
