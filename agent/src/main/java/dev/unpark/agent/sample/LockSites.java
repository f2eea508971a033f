package dev.unpark.agent.sample;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers at which place of the code threads were seen waiting for a lock.
 *
 * <p>Learned from the sampler's stacks, never from a stack taken in the application's own thread: a
 * tick meets a wait in proportion to its length, so the sites that cost the most are learned first,
 * and a hook pays nothing.
 *
 * <p>Keys are ids (class and identity hash), so no lock is kept alive. <b>Threading:</b> the
 * sampler's thread alone. <b>When full:</b> the site used longest ago goes.
 */
final class LockSites {
  private static final int CAPACITY = 10_000;

  private final Map<String, String> sites =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > CAPACITY;
        }
      };

  /** The site of that lock, or empty when it is not known yet. */
  String of(String lock) {
    return sites.getOrDefault(lock, "");
  }

  void learn(String lock, String site) {
    if (!site.isEmpty()) {
      sites.putIfAbsent(lock, site);
    }
  }
}
