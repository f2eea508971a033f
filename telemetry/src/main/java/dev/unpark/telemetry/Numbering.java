package dev.unpark.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers that stand for values: those of a full frame, and on top of them, those that one delta
 * adds for itself.
 */
final class Numbering<T> {
  private final Map<T, Integer> below;
  private final Map<T, Integer> own = new HashMap<>();
  private final List<T> added = new ArrayList<>();

  Numbering() {
    this(Map.of());
  }

  private Numbering(Map<T, Integer> below) {
    this.below = below;
  }

  /** A numbering that goes on from this one and leaves it as it is. */
  Numbering<T> extend() {
    return new Numbering<>(own);
  }

  int numberOf(T value) {
    Integer known = below.get(value);
    if (known == null) {
      known = own.get(value);
    }
    if (known != null) {
      return known;
    }
    int next = below.size() + own.size();
    own.put(value, next);
    added.add(value);
    return next;
  }

  /** What this numbering has that the one below it has not, in order of number. */
  List<T> added() {
    return added;
  }
}
