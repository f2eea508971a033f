package dev.unpark.agent.sample;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes equal stacks one and the same: the threads of a pool stand in one place, and a stack is
 * kept for as long as its thread stands still.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> it forgets everything and
 * starts anew; what it has given out stays as it is.
 */
final class StackPool {
  private static final int MOST_STACKS = 512;
  private static final int MOST_FRAMES = 4_096;

  private final Map<List<String>, List<String>> stacks = new HashMap<>();
  private final Map<String, String> frames = new HashMap<>();

  /** That stack, as {@link Stacks#frames} writes it; immutable. */
  List<String> of(StackTraceElement[] trace) {
    List<String> taken = Stacks.frames(trace);
    List<String> known = stacks.get(taken);
    if (known != null) {
      return known;
    }
    if (stacks.size() >= MOST_STACKS) {
      stacks.clear();
    }
    List<String> shared = taken.stream().map(this::shared).toList();
    stacks.put(shared, shared);
    return shared;
  }

  private String shared(String frame) {
    if (frames.size() >= MOST_FRAMES) {
      frames.clear();
    }
    String known = frames.putIfAbsent(frame, frame);
    return known == null ? frame : known;
  }
}
