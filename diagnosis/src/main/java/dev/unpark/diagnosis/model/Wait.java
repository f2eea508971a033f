package dev.unpark.diagnosis.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread's present wait.
 *
 * @param resource {@link Resource#id()} of what it waits for
 * @param timed whether the wait ends by itself when a time is up
 * @param turn a token that differs as soon as the thread has gone on, even if it came back to wait
 *     for the same resource: blocked and waited counts, a hook's sequence number, the cpu time of a
 *     dump. Equal turns of two looks prove that the thread made no progress between them. Empty
 *     when the source has no such evidence; nothing is then ever proven by this wait.
 * @param since when the wait began, or null when unknown
 */
public record Wait(String resource, boolean timed, String turn, @Nullable Instant since) {
  public Wait {
    Objects.requireNonNull(turn);
    if (resource.isEmpty()) {
      throw new IllegalArgumentException("a wait needs the id of a resource");
    }
  }

  /** Whether this is the very same wait, seen again: same resource, same turn, and a turn known. */
  public boolean isStill(Wait later) {
    return !turn.isEmpty() && turn.equals(later.turn) && resource.equals(later.resource);
  }
}
