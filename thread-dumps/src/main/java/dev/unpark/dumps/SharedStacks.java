package dev.unpark.dumps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes equal stacks one list: the threads of a pool, and a thread in a series of dumps, stand at
 * the same place. One per file. <b>When full:</b> it starts anew.
 */
final class SharedStacks {
  private static final int REMEMBERED = 20_000;

  private final Map<List<String>, List<String>> known = new HashMap<>();

  List<String> of(List<String> stack) {
    List<String> shared = known.get(stack);
    if (shared == null) {
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      shared = List.copyOf(stack);
      known.put(shared, shared);
    }
    return shared;
  }
}
