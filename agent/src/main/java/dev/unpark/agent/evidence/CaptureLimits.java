package dev.unpark.agent.evidence;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which findings get a capture: trouble that has just been opened, at most one a minute, and the
 * same finding not twice within an hour.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> of {@value #MOST_REMEMBERED}
 * findings the oldest is forgotten.
 */
final class CaptureLimits {
  static final Duration BETWEEN = Duration.ofMinutes(1);
  static final Duration SAME = Duration.ofHours(1);
  private static final int MOST_REMEMBERED = 200;

  private final Map<String, Long> captured =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  private boolean any;
  private long last;

  /** Whether that finding is of a kind that a profile can show. */
  static boolean concerns(Finding finding) {
    return finding.state() == Finding.State.OPENED && finding.severity() != Severity.ADVICE;
  }

  /**
   * Asks for one, and counts it.
   *
   * @param now by any clock that only grows, in nanoseconds
   */
  boolean allows(Finding finding, long now) {
    Long before = captured.get(finding.id());
    if (any && now - last < BETWEEN.toNanos() || before != null && now - before < SAME.toNanos()) {
      return false;
    }
    any = true;
    last = now;
    captured.remove(finding.id());
    captured.put(finding.id(), now);
    return true;
  }
}
