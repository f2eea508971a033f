package dev.unpark.diagnosis.series;

import dev.unpark.diagnosis.detect.Thresholds;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What changed at one JVM from the first of some looks to the last.
 *
 * @param jvm which JVM
 * @param from time of the first look
 * @param to time of the last
 * @param looks how many there were, two or more
 * @param came threads of the last look that the first does not have, in its order
 * @param ended threads of the first look that the last does not have, in its order
 * @param stuck threads that stood at the same lines in every look and used next to no processor
 *     time, though they do not just wait for work; by their stacks, the most frequent first
 * @param busy threads that used much of a processor, the busiest first
 * @param moved the other threads that went on
 * @param idle how many threads waited for work in every look
 * @param unseen how many threads of both looks cannot be compared: no stack was taken
 * @param pools kinds of threads whose number changed, the one that grew most first
 * @param queues locks for which threads waited in the first or the last look, the queue that grew
 *     most first
 * @param movedWaits threads that waited for one lock then and wait for another now, the most first
 * @param limits what could not be seen, and how to see it
 */
public record Comparison(
    JvmIdentity jvm,
    Instant from,
    Instant to,
    int looks,
    List<ObservedThread> came,
    List<ObservedThread> ended,
    List<StuckGroup> stuck,
    List<Stretch> busy,
    List<Stretch> moved,
    int idle,
    int unseen,
    List<PoolChange> pools,
    List<QueueChange> queues,
    List<MovedWait> movedWaits,
    List<String> limits) {
  public Comparison {
    Objects.requireNonNull(jvm);
    if (looks < 2 || !to.isAfter(from)) {
      throw new IllegalArgumentException(
          "a comparison needs two looks, the second later; got %d from %s to %s"
              .formatted(looks, from, to));
    }
    came = List.copyOf(came);
    ended = List.copyOf(ended);
    stuck = List.copyOf(stuck);
    busy = List.copyOf(busy);
    moved = List.copyOf(moved);
    pools = List.copyOf(pools);
    queues = List.copyOf(queues);
    movedWaits = List.copyOf(movedWaits);
    limits = List.copyOf(limits);
  }

  /**
   * Compares looks at one JVM.
   *
   * @param looks two or more, oldest first, each later than the one before
   * @throws IllegalArgumentException when there are fewer, or in another order
   */
  public static Comparison of(List<Observation> looks) {
    return of(looks, KnownStacks.standard(), Thresholds.DEFAULT);
  }

  /**
   * Compares looks at one JVM.
   *
   * @param looks two or more, oldest first, each later than the one before
   * @param known the stacks whose meaning is known
   * @param thresholds what counts as standing still, and as busy
   * @throws IllegalArgumentException when there are fewer, or in another order
   */
  public static Comparison of(List<Observation> looks, KnownStacks known, Thresholds thresholds) {
    return new Comparer(looks, known, thresholds).compare();
  }

  /** How long it was from the first look to the last. */
  public Duration span() {
    return Duration.between(from, to);
  }

  /**
   * Threads that stood still at the same lines.
   *
   * @param threads as the last look shows them, at least one
   * @param cpuKnown whether their processor time was known; without it, one that came round to the
   *     same lines looks the same
   */
  public record StuckGroup(List<ObservedThread> threads, boolean cpuKnown) {
    public StuckGroup {
      threads = List.copyOf(threads);
      if (threads.isEmpty()) {
        throw new IllegalArgumentException("a group has threads");
      }
    }

    /** The stack that they share, hidden numbers of classes apart. */
    public List<String> stack() {
      return threads.get(0).stack();
    }
  }

  /**
   * Threads of one kind.
   *
   * @param name the pattern of their names, numbers as {@code #}
   * @param before how many there were
   * @param after how many there are
   */
  public record PoolChange(String name, int before, int after) {
    public int growth() {
      return after - before;
    }
  }

  /**
   * The queue for one lock.
   *
   * @param lock the lock, as the latest look that has it shows it
   * @param before how many waited for it in the first look
   * @param after how many wait for it in the last
   */
  public record QueueChange(Resource lock, int before, int after) {
    public int growth() {
      return after - before;
    }
  }

  /**
   * Threads whose wait moved on to another lock.
   *
   * @param from what they waited for in the first look
   * @param to what they wait for in the last
   * @param threads how many
   */
  public record MovedWait(Resource from, Resource to, int threads) {}
}
