package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GapsTest {
  private final Gaps gaps = new Gaps();

  private long counted() {
    return IntStream.range(0, Gaps.CLASSES).mapToLong(gaps::count).sum();
  }

  @Test
  void givenEventsOfOneThread_whenTheyFollowOneAnother_thenNoGapCounts() {
    gaps.happened();
    gaps.happened();
    gaps.happened();

    assertThat(counted()).isZero();
  }

  @Test
  void givenEventsOfTwoThreads_whenTheyFollowOneAnother_thenTheGapCountsOnce() throws Exception {
    gaps.happened();
    Thread other = new Thread(gaps::happened);
    other.start();
    other.join();

    assertThat(counted()).isEqualTo(1);
  }
}
