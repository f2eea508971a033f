package dev.unpark.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunksTest {
  private static final long LATER = Chunks.LEAST_NANOS;
  private final Chunks chunks = new Chunks(100, 0);

  @Test
  void givenFewThreadsAndEvents_whenAskedMuchLater_thenTheChunkGoesOn() {
    chunks.count();

    assertThat(chunks.endsAt(100 + Chunks.MOST - 2, 1_000 * LATER)).isFalse();
  }

  @Test
  void givenManyThreadsStarted_whenAsked_thenTheChunkEndsOnce() {
    assertThat(chunks.endsAt(100 + Chunks.MOST, LATER)).isTrue();
    assertThat(chunks.endsAt(100 + Chunks.MOST, 3 * LATER)).isFalse();
    assertThat(chunks.endsAt(100 + 2 * Chunks.MOST, 3 * LATER)).isTrue();
  }

  @Test
  void givenManyEvents_whenAsked_thenTheChunkEnds() {
    for (int i = 0; i < Chunks.MOST; i++) {
      chunks.count();
    }

    assertThat(chunks.endsAt(100, LATER)).isTrue();
    assertThat(chunks.endsAt(100, 3 * LATER)).isFalse();
  }

  @Test
  void givenAFloodOfThreads_whenAskedAtOnce_thenTheChunkGoesOnForAWhile() {
    assertThat(chunks.endsAt(100 * Chunks.MOST, LATER - 1)).isFalse();
    assertThat(chunks.endsAt(100 * Chunks.MOST, LATER)).isTrue();
  }
}
