package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks the JVM which class a thread waits for that another thread initialises. It tells nowhere but
 * in {@code Thread.print}.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>Cost:</b> the JVM stands still while it
 * prints, so it is asked on suspicion only, at most every 3 s, less and less often up to once a
 * minute while suspicions go on. <b>When full:</b> with more than {@value #MOST_FRAMES} frames on
 * all stacks it is not asked at all; {@link #limited} says so.
 */
final class InitMonitors {
  static final int MOST_FRAMES = 20_000;

  /** HotSpot cuts stacks off here unless told otherwise, and does not say so. */
  private static final int WHOLE = 1_000;

  private static final String BELIEF = "it initialises a class";
  private static final long LEAST_PAUSE_NANOS = 3_000_000_000L;
  private static final long MOST_PAUSE_NANOS = 60_000_000_000L;

  private final Function<String, @Nullable String> command;
  private Map<Long, Verdict> verdicts = new HashMap<>();
  private long pauseNanos = LEAST_PAUSE_NANOS;
  private long askedNanos;
  private boolean asked;
  private boolean limited;

  /**
   * What the JVM said of a thread; true as long as it has not moved.
   *
   * @param awaited the class that it waits for, or null when it waits for none
   */
  record Verdict(String turn, @Nullable String awaited, Release release) {}

  InitMonitors(Function<String, @Nullable String> command) {
    this.command = command;
  }

  /** Whether it would have been asked lately, had there been fewer frames. */
  boolean limited() {
    return limited;
  }

  /** The verdict on a thread that has not moved since, or null. */
  @Nullable Verdict of(long thread, String turn) {
    Verdict verdict = verdicts.get(thread);
    return verdict != null && verdict.turn().equals(turn) ? verdict : null;
  }

  /**
   * Asks, unless it is too soon.
   *
   * @param frames on all stacks
   * @param turns what tells whether a platform thread has moved, as of before this call; null for a
   *     thread that is not known
   * @param known threads whose stacks hold a static initialiser, as learned otherwise
   */
  void ask(long nanosNow, int frames, LongFunction<@Nullable String> turns, Set<Long> known) {
    long rested = nanosNow - askedNanos;
    if (asked && rested < pauseNanos) {
      return;
    }
    limited = frames > MOST_FRAMES;
    if (limited) {
      return;
    }
    pauseNanos =
        asked && rested < 2 * pauseNanos
            ? Math.min(2 * pauseNanos, MOST_PAUSE_NANOS)
            : LEAST_PAUSE_NANOS;
    asked = true;
    askedNanos = nanosNow;
    String text = command.apply("Thread.print");
    verdicts = text == null ? new HashMap<>() : verdicts(ThreadPrint.parse(text), turns, known);
  }

  private static Map<Long, Verdict> verdicts(
      ThreadPrint print, LongFunction<@Nullable String> turns, Set<Long> known) {
    Map<Long, Verdict> verdicts = new HashMap<>();
    for (long thread : print.threads()) {
      String turn = turns.apply(print.carriers().getOrDefault(thread, thread));
      if (turn != null) {
        String awaited = print.awaited().get(thread);
        Release release = awaited == null ? new Release.Unknown() : release(awaited, print, known);
        verdicts.put(thread, new Verdict(turn, awaited, release));
      }
    }
    return verdicts;
  }

  private static Release release(String awaited, ThreadPrint print, Set<Long> known) {
    Set<Long> shown = print.initialisersOf(awaited);
    if (!shown.stream().allMatch(id -> known.contains(id) || print.carriers().containsKey(id))) {
      // A thread's name may look like frames. Of virtual threads no name is printed.
      return new Release.Believed(shown, BELIEF);
    }
    if (shown.size() == 1) {
      return new Release.AllOf(shown);
    }
    if (!shown.isEmpty()) {
      return new Release.AnyOf(shown); // Classes of one name, of several loaders.
    }
    Set<Long> hidden = print.hiddenInitialisersOf(awaited);
    Set<Long> others = new HashSet<>(known);
    others.removeIf(thread -> awaited.equals(print.awaited().get(thread)));
    hidden.addAll(others);
    return hidden.isEmpty() || print.deepest() >= WHOLE
        ? new Release.Believed(hidden, BELIEF)
        : new Release.AnyOf(hidden);
  }
}
