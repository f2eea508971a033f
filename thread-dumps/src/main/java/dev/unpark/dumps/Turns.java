package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;

/**
 * What of a dump tells that a thread has gone on though it came back to the same wait: {@link
 * Wait#turn}.
 */
final class Turns {
  private Turns() {}

  /*
   * A thread that came back to the same wait has used processor time on its way, or stands at
   * another line, or holds other locks. Where the form prints no processor time, the last two must
   * do: all threads stood still while it was taken, so that what one look shows was so. A form that
   * looks at the threads one after the other may show a ring that never was, twice even; there, or
   * where not even locks are printed, nothing is claimed.
   *
   * Up to JDK 23 one thread in the queue of a monitor wakes every second to see whether it was
   * forgotten, and goes back to wait: some 0.03 ms that are no progress (seen with JDK 11 and 17). So
   * at monitors only what takes longer counts.
   */
  static String of(PrintedDump dump, PrintedThread thread, SharedStack stack, ResourceKind kind) {
    boolean counted = !thread.cpu.isEmpty() || !thread.counts.isEmpty();
    if (!dump.tellsLocks || !dump.atOneMoment && !counted) {
      return "";
    }
    StringBuilder turn = new StringBuilder(64);
    if (!thread.cpu.isEmpty()) {
      boolean wakes = kind == ResourceKind.MONITOR;
      turn.append("cpu ").append(wakes ? coarse(thread.cpu) : thread.cpu).append(' ');
    }
    if (!thread.counts.isEmpty()) {
      turn.append("blocked and waited ").append(thread.counts).append(' ');
    }
    turn.append("stack ").append(stack.fingerprint()).append(" owns");
    for (LockMention mention : thread.locks) {
      if (mention.verb() == LockMention.Verb.LOCKED) {
        turn.append(' ').append(mention.id());
      }
    }
    return turn.toString();
  }

  /** {@code 1545.68ms} as {@code 154}: tens of milliseconds. */
  private static String coarse(String cpu) {
    int dot = cpu.indexOf('.');
    int whole = dot < 0 ? cpu.length() : dot;
    return whole < 2 ? "0" : cpu.substring(0, whole - 1);
  }
}
