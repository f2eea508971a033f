package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Occurrence;
import java.util.Arrays;

/**
 * How much of a count that only grows came within the last {@link Occurrence#RECENT}, give or take
 * a tenth.
 *
 * <p><b>Threading:</b> one thread. Ten numbers, whatever is counted.
 */
final class Recent {
  private static final int SLOTS = 10;
  private static final long SLOT_NANOS = Occurrence.RECENT.toNanos() / SLOTS;

  /** What had been counted when each slot began. */
  private final long[] atBeginning = new long[SLOTS];

  private long slot;
  private long last;

  /**
   * @param now of the nano time at which counting begins, with nothing counted
   */
  Recent(long now) {
    slot = Math.floorDiv(now, SLOT_NANOS);
  }

  /** Takes the count as it is now, and answers how much of it is recent. */
  long of(long count, long now) {
    long current = Math.floorDiv(now, SLOT_NANOS);
    if (current - slot >= SLOTS) {
      Arrays.fill(atBeginning, last);
    } else {
      for (long next = slot + 1; next <= current; next++) {
        atBeginning[(int) Math.floorMod(next, (long) SLOTS)] = last;
      }
    }
    slot = current;
    last = count;
    return count - atBeginning[(int) Math.floorMod(current + 1, (long) SLOTS)];
  }
}
