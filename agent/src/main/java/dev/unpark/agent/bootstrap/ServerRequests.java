package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests that this JVM serves: those in progress by thread, those that have ended by method,
 * scheme and status.
 *
 * <p>Of nested calls (filter, servlet, forward) the outermost counts.
 *
 * <p><b>Threading:</b> lock-free; any thread. A distribution is allocated when its method, scheme
 * and status are seen together for the first time. <b>When full:</b> after {@value #KINDS} such
 * kinds a request is not measured and {@link #dropped} counts.
 */
public final class ServerRequests {
  /** Kinds of requests, by method, scheme and status, that are told apart. */
  public static final int KINDS = 1 << 9;

  /** Status of a request that ended without any. */
  public static final int NO_STATUS = 0;

  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "_OTHER"
  };
  private static final int OTHER_METHOD = METHODS.length - 1;

  /** A call is a method, doubled for plain and secure; it fits in so many bits. */
  private static final int CALL_BITS = 5;

  private static final int CALL_MASK = (1 << CALL_BITS) - 1;
  private static final int STATUS_BITS = 10;
  private static final int PROBES = 16;

  /** A row's words: the call; then the trace id. */
  private static final int CALL = 0;

  private static final ThreadRows ROWS = new ThreadRows(1 << 11);
  private static final AtomicIntegerArray ACTIVE = new AtomicIntegerArray(1 << CALL_BITS);
  private static final AtomicLongArray KEYS = new AtomicLongArray(KINDS);
  private static final AtomicReferenceArray<@Nullable Durations> DURATIONS =
      new AtomicReferenceArray<>(KINDS);
  private static final AtomicLong UNMEASURED = new AtomicLong();
  private static final AtomicLong DROPPED = new AtomicLong();

  private ServerRequests() {}

  /** Uses all that advice uses, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    ROWS.warmUp();
    hex("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 3);
    indexOf(null);
    ACTIVE.getAndIncrement(OTHER_METHOD);
    ACTIVE.getAndDecrement(OTHER_METHOD);
    KEYS.get(0);
    KEYS.compareAndSet(0, 1, 1);
    DURATIONS.get(0);
    DURATIONS.compareAndSet(0, null, null);
    new Durations().add(0);
  }

  /** Forgets what was counted of requests that have ended. */
  public static void clear() {
    for (int row = 0; row < KINDS; row++) {
      KEYS.set(row, 0);
      DURATIONS.set(row, null);
    }
  }

  /**
   * Lets go of threads that have ended while they served; the sampler's thread alone calls this.
   */
  public static void sweep() {
    for (int row = 0; row < ROWS.capacity(); row++) {
      boolean counted = (ROWS.sequence(row) & 1) == 1;
      int call = (int) ROWS.word(row, CALL);
      if (ROWS.forgetEnded(row) && counted) {
        ACTIVE.getAndDecrement(call);
      }
    }
  }

  /** Whether the current thread serves a request already. */
  public static boolean serving() {
    return ROWS.isInside();
  }

  /**
   * The current thread, which serves none yet, begins to serve a request.
   *
   * @param traceparent W3C trace context, or null
   * @return the token for {@link #leave}
   */
  public static int enter(@Nullable String method, boolean secure, @Nullable String traceparent) {
    int call = indexOf(method) * 2 + (secure ? 1 : 0);
    int token = ROWS.enter(null, call, hex(traceparent, 3), hex(traceparent, 19));
    if (token != ThreadRows.NOT_RECORDED) {
      ACTIVE.getAndIncrement(call);
    }
    return token;
  }

  /**
   * The thread has served it.
   *
   * @return the ticket for {@link #ended}
   */
  public static long leave(int token) {
    int call = (int) ROWS.word(token - 1, CALL);
    ACTIVE.getAndDecrement(call);
    return ROWS.leave(token) << CALL_BITS | call;
  }

  /**
   * The request of that ticket has ended.
   *
   * @param failed whether serving it threw
   */
  public static void ended(long ticket, int status, boolean failed) {
    int known = status >= 100 && status <= 999 ? status : NO_STATUS;
    long key = (ticket & CALL_MASK) << STATUS_BITS + 1 | (failed ? 1L << STATUS_BITS : 0) | known;
    Durations durations = find(key + 1);
    if (durations == null) {
      DROPPED.getAndIncrement();
    } else {
      durations.add(ticket >>> CALL_BITS);
    }
  }

  /** The request of that ticket goes on elsewhere: how long it takes is not known. */
  public static void handedOn(long ticket) {
    UNMEASURED.getAndIncrement();
  }

  private static @Nullable Durations find(long key) {
    int home = (int) (key ^ (key >>> 7));
    for (int probe = 0; probe < PROBES; probe++) {
      int row = (home + probe) & (KINDS - 1);
      long found = KEYS.get(row);
      if (found == 0) {
        KEYS.compareAndSet(row, 0, key);
        found = KEYS.get(row);
      }
      if (found == key) {
        Durations there = DURATIONS.get(row);
        if (there == null) {
          DURATIONS.compareAndSet(row, null, new Durations());
          there = DURATIONS.get(row);
        }
        return there;
      }
    }
    return null;
  }

  private static int indexOf(@Nullable String method) {
    for (int i = 0; i < OTHER_METHOD; i++) {
      if (METHODS[i].equals(method)) {
        return i;
      }
    }
    return OTHER_METHOD;
  }

  /** Sixteen hexadecimal digits of {@code 00-4bf92f35..-00f067aa..-01}, or 0 when they are none. */
  private static long hex(@Nullable String traceparent, int from) {
    if (traceparent == null || traceparent.length() < 55 || traceparent.charAt(2) != '-') {
      return 0;
    }
    long value = 0;
    for (int i = from; i < from + 16; i++) {
      int digit = Character.digit(traceparent.charAt(i), 16);
      if (digit < 0) {
        return 0;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** Threads that serve requests now; the words of a row are opaque but for the trace id. */
  public static ThreadRows rows() {
    return ROWS;
  }

  /** First half of the trace id of the request in that row; 0 with 0 is none. */
  public static long traceHigh(int row) {
    return ROWS.word(row, CALL + 1);
  }

  /** Second half of the trace id of the request in that row. */
  public static long traceLow(int row) {
    return ROWS.word(row, CALL + 2);
  }

  /** Calls that are told apart: each has a {@link #method} and may be {@link #isSecure}. */
  public static int calls() {
    return METHODS.length * 2;
  }

  /** The method of a call. */
  public static String method(int call) {
    return METHODS[call / 2];
  }

  /** Whether a call came by https. */
  public static boolean isSecure(int call) {
    return (call & 1) == 1;
  }

  /** Requests of that call in progress. */
  public static int active(int call) {
    return ACTIVE.get(call);
  }

  /** The durations in a row of ended requests, or null. */
  public static @Nullable Durations durations(int row) {
    return DURATIONS.get(row);
  }

  /** The call of a row of ended requests. */
  public static int call(int row) {
    return (int) (KEYS.get(row) - 1 >>> STATUS_BITS + 1);
  }

  /** The status of a row of ended requests, or {@link #NO_STATUS}. */
  public static int status(int row) {
    return (int) (KEYS.get(row) - 1) & (1 << STATUS_BITS) - 1;
  }

  /** Whether the requests of a row threw. */
  public static boolean failed(int row) {
    return (KEYS.get(row) - 1 >>> STATUS_BITS & 1) == 1;
  }

  /** Requests that were handed on to another thread, and so not measured. */
  public static long unmeasured() {
    return UNMEASURED.get();
  }

  /** Requests that found no room. */
  public static long dropped() {
    return DROPPED.get() + ROWS.dropped();
  }
}
