package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.model.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last looks at one JVM, oldest first.
 *
 * <p><b>Threading:</b> confined to whoever made it. <b>When full:</b> the oldest look goes. A look
 * that is not newer than the latest one is refused: it came late or twice.
 */
public final class Timeline {
  private final Duration span;
  private final int capacity;
  private final List<Observation> observations = new ArrayList<>();
  private @Nullable Look newest;
  private @Nullable Look secondNewest;

  /**
   * @param span how far back it reaches
   * @param capacity how many looks it keeps at most, two or more
   */
  public Timeline(Duration span, int capacity) {
    if (capacity < 2) {
      throw new IllegalArgumentException("proof takes two looks, got room for " + capacity);
    }
    this.span = span;
    this.capacity = capacity;
  }

  /** Adds a look; false when it was refused for not being newer than the latest. */
  public boolean add(Observation observation) {
    if (!observations.isEmpty() && !observation.time().isAfter(latest().time())) {
      return false;
    }
    observations.add(observation);
    secondNewest = newest;
    newest = new Look(observation);
    Instant horizon = observation.time().minus(span);
    while (observations.size() > capacity
        || observations.size() > 2 && observations.get(0).time().isBefore(horizon)) {
      observations.remove(0);
    }
    return true;
  }

  public boolean isEmpty() {
    return observations.isEmpty();
  }

  /** The newest observation; an error when there is none yet. */
  public Observation latest() {
    return observations.get(observations.size() - 1);
  }

  /** The newest look, with its graph; an error when there is none yet. */
  public Look look() {
    return Objects.requireNonNull(newest, "nothing was seen yet");
  }

  /** The look before the newest. */
  public Optional<Look> previous() {
    return Optional.ofNullable(secondNewest);
  }

  /** The looks of the last {@code length} before the newest one, it included, oldest first. */
  public List<Observation> window(Duration length) {
    Instant start = latest().time().minus(length);
    List<Observation> window = new ArrayList<>();
    for (Observation observation : observations) {
      if (!observation.time().isBefore(start)) {
        window.add(observation);
      }
    }
    return window;
  }
}
