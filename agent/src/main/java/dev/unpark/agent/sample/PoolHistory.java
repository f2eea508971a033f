package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ExecutorState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has happened to executors from look to look: their bounds were moved, or they did nothing
 * though there was work.
 *
 * <p><b>Threading:</b> synchronized; the sampler's thread looks, any thread reads. <b>When
 * full:</b> executors of names beyond {@value #MOST_NAMES} are summed up as {@code other}.
 */
public final class PoolHistory {
  private static final int MOST_NAMES = 200;
  private static final Name OTHER = new Name("other", "other");

  private final Map<Name, Sums> sums = new LinkedHashMap<>();
  private Map<String, ExecutorState> last = new HashMap<>();
  private long lastNanos;

  /**
   * What executors are summed up by.
   *
   * @param executor pattern of its threads' names
   */
  public record Name(String executor, String type) {}

  private static final class Sums {
    long grown;
    long shrunk;
    long starvedNanos;
  }

  /**
   * Since the JVM was first watched.
   *
   * @param grown times that core or maximum size became larger
   * @param shrunk times that they became smaller
   * @param starvedNanos time in which nothing was completed though tasks were queued
   */
  public record Past(long grown, long shrunk, long starvedNanos) {}

  synchronized void look(List<Pool> pools, long now) {
    Map<String, ExecutorState> seen = new HashMap<>();
    for (Pool pool : pools) {
      ExecutorState state = pool.state();
      seen.put(state.id(), state);
      ExecutorState before = last.get(state.id());
      if (before != null) {
        compare(before, state, now - lastNanos);
      }
    }
    last = seen;
    lastNanos = now;
  }

  private void compare(ExecutorState before, ExecutorState state, long elapsed) {
    int grown = Integer.compare(state.core(), before.core());
    int widened = Integer.compare(state.limit(), before.limit());
    boolean starved =
        before.queued() > 0 && state.queued() > 0 && state.completed() == before.completed();
    if (grown == 0 && widened == 0 && !starved) {
      return;
    }
    Name name = new Name(state.name(), state.type());
    Name kept = sums.containsKey(name) || sums.size() < MOST_NAMES ? name : OTHER;
    Sums of = sums.computeIfAbsent(kept, n -> new Sums());
    of.grown += grown > 0 || widened > 0 ? 1 : 0;
    of.shrunk += grown < 0 || widened < 0 ? 1 : 0;
    of.starvedNanos += starved ? elapsed : 0;
  }

  /** Every executor that has something to tell, a copy. */
  public synchronized Map<Name, Past> past() {
    Map<Name, Past> copy = new LinkedHashMap<>();
    sums.forEach((name, of) -> copy.put(name, new Past(of.grown, of.shrunk, of.starvedNanos)));
    return copy;
  }
}
