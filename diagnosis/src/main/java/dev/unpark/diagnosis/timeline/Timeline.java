package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackReader;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last looks at one JVM, oldest first.
 *
 * <p><b>Threading:</b> confined to whoever made it. <b>When full:</b> the oldest look goes. A look
 * that is not newer than the latest one is refused: it came late or twice. When {@value
 * #CLOCK_SET_BACK} in a row are refused though each is newer than the one before, the clock of the
 * JVM was set back, and the timeline begins anew.
 */
public final class Timeline {
  private static final int CLOCK_SET_BACK = 5;

  /** Threads of older looks that are indexed at a time, some 100 bytes each. */
  private static final int MOST_INDEXED = 200_000;

  /** So many looks are read through before an index of them is worth its memory. */
  private static final int MOST_READS = 64;

  private final Duration span;
  private final int capacity;
  private final List<Observation> observations = new ArrayList<>();
  private @Nullable Look newest;
  private @Nullable Look secondNewest;
  private Instant lastRefused = Instant.MAX;
  private int refusedInOrder;
  private final StackReader stacks;

  /** Of older looks, as far as they were asked for since the newest came. */
  private final Map<Observation, ObservationIndex> indexes = new IdentityHashMap<>();

  private int indexed;
  private int reads;

  /**
   * @param span how far back it reaches
   * @param capacity how many looks it keeps at most, two or more
   */
  public Timeline(Duration span, int capacity) {
    this(span, capacity, KnownStacks.standard());
  }

  /**
   * @param span how far back it reaches
   * @param capacity how many looks it keeps at most, two or more
   * @param known the stacks whose meaning is known
   */
  public Timeline(Duration span, int capacity, KnownStacks known) {
    if (capacity < 2) {
      throw new IllegalArgumentException("proof takes two looks, got room for " + capacity);
    }
    this.span = span;
    this.capacity = capacity;
    this.stacks = new StackReader(known);
  }

  /** Adds a look; false when it was refused for not being newer than the latest. */
  public boolean add(Observation observation) {
    if (!observations.isEmpty() && !observation.time().isAfter(latest().time())) {
      if (!isClockSetBack(observation.time())) {
        return false;
      }
      clear();
    }
    refusedInOrder = 0;
    lastRefused = Instant.MAX;
    observations.add(observation);
    rest();
    secondNewest = newest;
    newest = new Look(observation, stacks);
    Instant horizon = observation.time().minus(span);
    while (observations.size() > capacity
        || observations.size() > 2 && observations.get(0).time().isBefore(horizon)) {
      observations.remove(0);
    }
    return true;
  }

  private boolean isClockSetBack(Instant time) {
    refusedInOrder = time.isAfter(lastRefused) ? refusedInOrder + 1 : 1;
    lastRefused = time;
    return refusedInOrder >= CLOCK_SET_BACK;
  }

  /** Forgets every look: what comes next has no past. */
  public void clear() {
    observations.clear();
    rest();
    newest = null;
    secondNewest = null;
  }

  public boolean isEmpty() {
    return observations.isEmpty();
  }

  /** How many looks it holds. */
  public int size() {
    return observations.size();
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

  /**
   * A look that it holds, to be looked up by id: made once for all who ask, until the next look
   * comes. <b>When full:</b> made anew each time.
   */
  public ObservationIndex index(Observation look) {
    if (look == latest()) {
      return look().index();
    }
    if (secondNewest != null && look == secondNewest.observation()) {
      return secondNewest.index();
    }
    ObservationIndex known = indexes.get(look);
    if (known != null) {
      return known;
    }
    ObservationIndex made = new ObservationIndex(look);
    if (indexed + look.threads().size() <= MOST_INDEXED) {
      indexes.put(look, made);
      indexed += look.threads().size();
    }
    return made;
  }

  /**
   * Whether to take the index of a look rather than to read through it: there is one already, or
   * looks have been read often since the newest came.
   */
  public boolean isWorthAnIndex(Observation look) {
    return look == latest() || indexes.containsKey(look) || ++reads > MOST_READS;
  }

  /** Forgets what was worked out of older looks, until somebody asks again. */
  public void rest() {
    indexes.clear();
    indexed = 0;
    reads = 0;
  }

  /** What that thread's stack, at whichever look, tells. */
  public StackFacts facts(ObservedThread thread) {
    return stacks.facts(thread.stack());
  }

  /** The last {@code most} looks, oldest first; fewer when it holds fewer. */
  public List<Observation> last(int most) {
    return List.copyOf(
        observations.subList(Math.max(0, observations.size() - most), observations.size()));
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
