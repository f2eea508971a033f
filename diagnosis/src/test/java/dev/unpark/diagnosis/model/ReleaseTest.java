package dev.unpark.diagnosis.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.unpark.diagnosis.graph.ObservationIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReleaseTest {
  /** Compared each with each they would take the better part of a minute. */
  private static final Duration FAR_FROM_QUADRATIC = Duration.ofSeconds(20);

  /** As many as a frame may bring, of one hash all of them. */
  private static final List<Long> OF_ONE_HASH =
      LongStream.range(0, 200_000).map(i -> i << 32 | i ^ 7).boxed().toList();

  @Test
  void givenHoldersOfOneHash_whenMade_thenEachIsNotComparedWithEach() {
    Set<Long> holders = new HashSet<>(OF_ONE_HASH);
    assertThat(holders.stream().mapToInt(Object::hashCode).distinct()).containsExactly(7);

    assertTimeoutPreemptively(
        FAR_FROM_QUADRATIC,
        () -> {
          assertThat(new Release.AllOf(holders).threads()).hasSize(OF_ONE_HASH.size());
          assertThat(new Release.AnyOf(holders).threads()).hasSize(OF_ONE_HASH.size());
          assertThat(new Release.Believed(holders, "").threads()).hasSize(OF_ONE_HASH.size());
        });
  }

  @Test
  void givenWorkersOfOneHash_whenIndexed_thenEachIsNotComparedWithEach() {
    ExecutorState executor =
        new ExecutorState(
            "e", "e-#", "E", "", OF_ONE_HASH, false, 1, 1, 1, 1, 9, 0, 0, Duration.ZERO);
    Observation look =
        new Observation(
            new JvmIdentity("a", "b", 1, ""),
            Instant.EPOCH,
            List.of(),
            List.of(),
            List.of(executor),
            List.of(),
            List.of());

    ObservationIndex index =
        assertTimeoutPreemptively(FAR_FROM_QUADRATIC, () -> new ObservationIndex(look));
    assertThat(index.executor("e")).isEqualTo(executor);
  }

  @Test
  void givenTheSameHolders_whenMadeFromDifferentSets_thenTheyAreEqual() {
    Set<Long> many = new HashSet<>(OF_ONE_HASH.subList(0, 100));

    assertThat(new Release.AllOf(many)).isEqualTo(new Release.AllOf(Set.copyOf(many)));
    assertThat(new Release.AllOf(many)).hasSameHashCodeAs(new Release.AllOf(Set.copyOf(many)));
    assertThat(new Release.AllOf(Set.of(1L))).isEqualTo(Release.owner(1));
  }
}
