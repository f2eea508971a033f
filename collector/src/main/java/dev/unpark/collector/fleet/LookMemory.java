package dev.unpark.collector.fleet;

import dev.unpark.telemetry.ObservationDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * About how much memory the looks at one JVM take that are remembered, out of what all JVMs may
 * take together: whoever may send could otherwise send full frames of many megabytes under
 * thousands of names.
 *
 * <p><b>Threading:</b> the JVM's worker alone calls it; whether there is room any thread may ask.
 * <b>When full:</b> a frame is refused, unless its JVM has less than its share of the whole: nobody
 * is blinded by what others send. A JVM of which nothing is remembered yet is refused from the
 * start when as many are as there is room for, or time for: to see some well is worth more than to
 * see none.
 */
final class LookMemory implements ObservationDecoder.Room {
  /** What a JVM of two hundred busy threads comes to take. */
  private static final long ORDINARY = 300 << 10;

  private static final long LEAST_JVMS = 100;

  private final Budget budget;

  /** Of the full frame that others differ from; it is held however old it gets. */
  private long base;

  /** Of the looks before and after it, oldest first. */
  private final Deque<Long> others = new ArrayDeque<>();

  private volatile long held;
  private volatile long wanted;

  /** What all JVMs may take together. Safe for any thread. */
  static final class Budget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong jvms = new AtomicLong();

    /** Those of which anything is remembered. */
    private final AtomicLong seen = new AtomicLong();

    /** How many of them at most, by the time that diagnosis takes. */
    private volatile long mostInTime = Long.MAX_VALUE;

    /**
     * @param limit bytes, by the decoder's estimate. Twice as many are taken at most, when JVMs
     *     that had it all to themselves are joined by others
     */
    Budget(long limit) {
      this.limit = limit;
    }

    private boolean fits(long more, long held) {
      boolean fits = used.get() + more <= limit || held + more <= limit / Math.max(1, jvms.get());
      return held > 0
          ? fits
          : inTime() && (fits && seen.get() < most() || used.get() + more <= limit / 2);
    }

    private boolean inTime() {
      return seen.get() < mostInTime;
    }

    /** Lets so many be remembered at most, whatever room there is. */
    void mostInTime(long most) {
      mostInTime = most;
    }

    /** How many JVMs something is remembered of. */
    long seen() {
      return seen.get();
    }

    /**
     * So many ordinary JVMs there is room for; their first look is a small part of what they take.
     */
    private long most() {
      return Math.max(LEAST_JVMS, limit / ORDINARY);
    }

    /** Bytes that are taken. */
    long used() {
      return used.get();
    }
  }

  LookMemory(Budget budget) {
    this.budget = budget;
    budget.jvms.incrementAndGet();
  }

  @Override
  public boolean take(long bytes, long fresh, boolean full) {
    // The timeline still holds what the old base had and the new one has not.
    long gone = Math.max(0, base - (bytes - fresh));
    long more = full ? bytes - base + gone : fresh;
    if (!budget.fits(more, held)) {
      wanted = more;
      return false;
    }
    wanted = 0;
    others.addLast(full ? gone : fresh);
    base = full ? bytes : base;
    add(more);
    return true;
  }

  /**
   * The looks before these are no longer remembered.
   *
   * @param looks how many are, the newest included
   */
  void keep(int looks) {
    while (others.size() > looks) {
      add(-others.removeFirst());
    }
  }

  /** Nothing is remembered, for good. */
  void close() {
    forget();
    budget.jvms.decrementAndGet();
  }

  /** Nothing is remembered, and there is room for no more than before. */
  void leave() {
    wanted = Math.max(1, base);
    forget();
  }

  private void forget() {
    add(-held);
    others.clear();
    base = 0;
  }

  /** True when nothing is remembered, and there is no time for more than are. */
  boolean isShutOut() {
    return held == 0 && !budget.inTime();
  }

  /** Whether anything is remembered. */
  boolean isHeld() {
    return held > 0;
  }

  /** False when a frame was refused and the next one like it would be. */
  boolean hasRoom() {
    long next = wanted;
    return next == 0 || budget.fits(next, held);
  }

  private void add(long bytes) {
    boolean before = held > 0;
    held += bytes;
    if (held > 0 != before) {
      budget.seen.addAndGet(before ? -1 : 1);
    }
    budget.used.addAndGet(bytes);
  }
}
