package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ResourceKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Waits that ended during a flight recording, of one group, added up. Waits that had not ended when
 * the recording did are in no recording, nor are those below its threshold.
 *
 * @param kind what was waited for
 * @param className class of the lock, as the user would name it; empty in a group by owner
 * @param site where in the user's own code they waited, {@code package.Class.method(File.java:12)};
 *     empty in a group of several places
 * @param owner name of the thread that held the lock before; empty in a group of several, and
 *     wherever events do not tell: they do for monitors only
 * @param count how many waits
 * @param timedOut how many of them ended because a time was up; counted for {@code Object.wait}
 *     only
 * @param threads how many threads waited, up to {@link #THREADS_COUNTED}
 * @param total their time, added up
 * @param longest the longest of them
 * @param longestAt when that one began
 * @param longestThread name of the thread that waited longest
 * @param stack of the longest wait, innermost first; empty when no event carried one
 */
public record RecordedWaits(
    ResourceKind kind,
    String className,
    String site,
    String owner,
    long count,
    long timedOut,
    int threads,
    Duration total,
    Duration longest,
    Instant longestAt,
    String longestThread,
    List<String> stack) {
  /** More threads than this are not told apart. */
  public static final int THREADS_COUNTED = 10_000;

  public RecordedWaits {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(className);
    Objects.requireNonNull(site);
    Objects.requireNonNull(owner);
    Objects.requireNonNull(total);
    Objects.requireNonNull(longest);
    Objects.requireNonNull(longestAt);
    Objects.requireNonNull(longestThread);
    stack = List.copyOf(stack);
  }
}
