package dev.unpark.dumps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes equal values one: the threads of a pool stand at the same place, and a thread that stands
 * still says the same in every dump of a series. One per file. <b>When full:</b> it starts anew.
 */
final class SharedValues {
  private static final int STACKS = 20_000;
  private static final int FRAMES_OF_STACKS = 2_000_000;
  private static final int FRAMES = 50_000;
  private static final int OTHERS = 100_000;

  private final Map<List<String>, SharedStack> stacks = new HashMap<>();
  private final Map<String, Long> frameHashes = new HashMap<>();
  private final Map<Object, Object> others = new HashMap<>();
  private int framesOfStacks;

  SharedStack of(List<String> stack) {
    SharedStack shared = stacks.get(stack);
    if (shared == null) {
      if (stacks.size() >= STACKS || framesOfStacks > FRAMES_OF_STACKS) {
        stacks.clear();
        framesOfStacks = 0;
      }
      if (frameHashes.size() >= FRAMES) {
        frameHashes.clear();
      }
      shared = new SharedStack(stack, frameHashes);
      stacks.put(shared.frames(), shared);
      framesOfStacks += stack.size();
    }
    return shared;
  }

  /** The first of the values that equal this one. */
  @SuppressWarnings("unchecked")
  <T> T of(T value) {
    Object shared = others.get(value);
    if (shared == null) {
      if (others.size() >= OTHERS) {
        others.clear();
      }
      others.put(value, value);
      return value;
    }
    return (T) shared;
  }
}
