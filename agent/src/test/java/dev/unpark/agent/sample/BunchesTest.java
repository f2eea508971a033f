package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.agent.bootstrap.Gaps;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BunchesTest {
  private static final long SECOND = 1_000_000_000;

  private static long[] gaps(long nanos, long count) {
    long[] gaps = new long[Gaps.CLASSES];
    int gapClass = 0;
    while (Gaps.below(gapClass) <= nanos) {
      gapClass++;
    }
    gaps[gapClass] = count;
    return gaps;
  }

  @Test
  void givenTwentyAtOnceEverySecond_whenAsked_thenNearlyAllAreBunched() {
    assertThat(new Bunches(0).share(200, gaps(100_000, 190), 10 * SECOND)).isEqualTo(0.95);
  }

  @Test
  void givenTheSameNumberSpread_whenAsked_thenNoneIs() {
    assertThat(new Bunches(0).share(200, gaps(50_000_000, 190), 10 * SECOND)).isZero();
  }

  @Test
  void givenWavesOfLongAgo_whenSpreadSince_thenTheyAreForgotten() {
    Bunches bunches = new Bunches(0);
    long half = Duration.ofSeconds(151).toNanos();
    bunches.share(1_000, gaps(10_000, 950), half);
    bunches.share(1_000, gaps(10_000, 950), 2 * half);

    assertThat(bunches.share(1_300, gaps(10_000, 950), 3 * half)).isZero();
  }

  @Test
  void givenNothing_whenAsked_thenNothingIsBunched() {
    assertThat(new Bunches(0).share(0, new long[Gaps.CLASSES], SECOND)).isZero();
    assertThat(new Bunches(0).share(1, new long[Gaps.CLASSES], SECOND)).isZero();
  }
}
