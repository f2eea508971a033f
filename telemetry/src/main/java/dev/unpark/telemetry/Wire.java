package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.ThreadState;
import java.time.Instant;

/**
 * The frame that carries an observation, a key-value list:
 *
 * <pre>
 *   v   version of this layout, 2
 *   i   stream: drawn at random by each encoder, so that a restarted JVM is told from a late frame
 *   n   number of the frame in its stream, from 0
 *   b   number of the full frame that this one differs from; its own number in a full frame
 *   t   time of the look, nanoseconds since 1970
 *   s   strings, numbered on from those of the full frame; rows refer to them by number
 *   k   stacks, numbered likewise, each a list of string numbers, innermost first
 *   T   threads that are new or changed, a row each    T-  ids of those that are gone
 *   R   resources                                      R-  their ids, as string numbers
 *   E   executors                                      E-  their ids, as string numbers
 *   L   lock activity                                  L-  kind, class, site: three numbers each
 *   Q   blocking queues                                Q-  their ids, as string numbers
 *   O   occurrences                                    O-  kind, subject: two numbers each
 *   S   the scheduler of virtual threads, empty when there is none; absent in a delta when unchanged
 *   l   limits, as string numbers; absent in a delta when unchanged
 * </pre>
 *
 * Rows are lists:
 *
 * <pre>
 *   thread    id, name, flags, stack, [resource, turn, [since]], [source, from, to],
 *             [priority, cpu nanoseconds, carrier]
 *   resource  id, kind, class, site, release, [why believed], thread or executor ...
 *   executor  id, name, type, site, flags, core, limit, active, queued, capacity, completed,
 *             rejected, [oldest], worker ...
 *   lock      kind, class, site, contentions, wait nanoseconds
 *   queue     id, class, site, size, capacity, puts, takes
 *   occurrence kind, subject, site, count, recent, bunched in thousandths
 *   scheduler parallelism, carriers, mounted, queued
 * </pre>
 */
final class Wire {
  static final long VERSION = 2;

  static final String LAYOUT = "v";
  static final String STREAM = "i";
  static final String NUMBER = "n";
  static final String BASE = "b";
  static final String TIME = "t";
  static final String STRINGS = "s";
  static final String STACKS = "k";
  static final String THREADS = "T";
  static final String RESOURCES = "R";
  static final String EXECUTORS = "E";
  static final String LOCKS = "L";
  static final String LIMITS = "l";
  static final String QUEUES = "Q";
  static final String OCCURRENCES = "O";
  static final String SCHEDULER = "S";
  static final String GONE = "-";

  /*
   * A sender may be anyone. The bounds are far above what a large JVM yields (20,000 virtual
   * threads, 2,000 classes of stacks) and keep one frame within some tens of megabytes; the size of
   * the request bounds it further. Stacks are shared between the threads that have them.
   */
  static final int MAX_THREADS = 50_000;
  static final int MAX_RESOURCES = 50_000;
  static final int MAX_EXECUTORS = 10_000;
  static final int MAX_LOCKS = 10_000;
  static final int MAX_QUEUES = 10_000;
  static final int MAX_OCCURRENCES = 2_000;
  static final int MAX_LIMITS = 100;
  static final int MAX_STRINGS = 200_000;
  static final int MAX_STACKS = 50_000;
  static final int MAX_FRAMES = 512;

  /** Owners and workers, in all rows of a frame together; of owners alone half as many are sent. */
  static final int MAX_MEMBERS = 200_000;

  static final int MAX_STRING_LENGTH = 2_048;

  /** Ids are never cut, and are longer than this only in a frame made up to do harm. */
  static final int MAX_ID_LENGTH = 8_192;

  static final long THREAD_VIRTUAL = 1;
  static final long THREAD_WAITS = 1 << 1;
  static final long WAIT_TIMED = 1 << 2;
  static final long WAIT_SINCE = 1 << 3;
  static final long THREAD_EVIDENCE = 1 << 4;
  static final int THREAD_STATE_SHIFT = 5;
  static final long THREAD_STATE_MASK = 7;
  static final long THREAD_TRAITS = 1 << 8;
  static final long THREAD_DAEMON = 1 << 9;

  static final long EXECUTOR_MAY_GROW = 1;
  static final long EXECUTOR_OLDEST = 1 << 1;

  static final long RELEASE_UNKNOWN = 0;
  static final long RELEASE_ALL_OF = 1;
  static final long RELEASE_ANY_OF = 2;
  static final long RELEASE_SERVED_BY = 3;
  static final long RELEASE_BELIEVED = 4;

  /** Of what a share is sent in. */
  static final int WHOLE_SHARE = 1_000;

  private static final long NANOS = 1_000_000_000;

  private Wire() {}

  static long code(ThreadState state) {
    return switch (state) {
      case UNKNOWN -> 0;
      case NEW -> 1;
      case RUNNABLE -> 2;
      case BLOCKED -> 3;
      case WAITING -> 4;
      case TIMED_WAITING -> 5;
      case TERMINATED -> 6;
    };
  }

  /** The state of that code; a code of a newer version is a state that nobody knows. */
  static ThreadState state(long code) {
    for (ThreadState state : ThreadState.values()) {
      if (code(state) == code) {
        return state;
      }
    }
    return ThreadState.UNKNOWN;
  }

  /**
   * Nanoseconds since 1970; a time that has none, some 292 years away, becomes the last that has.
   */
  static long nanos(Instant time) {
    try {
      return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
    } catch (ArithmeticException beyond) {
      return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
