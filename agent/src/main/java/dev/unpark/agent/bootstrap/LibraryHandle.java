package dev.unpark.agent.bootstrap;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool, limiter, breaker or consumer of a library, known without keeping it alive, with what is
 * counted of it.
 *
 * <p><b>Threading:</b> any thread counts, any thread reads.
 */
public final class LibraryHandle extends WeakReference<Object> {
  /** HikariCP's pool. */
  public static final int HIKARI = 0;

  /** A pool of Commons Pool 2, and so DBCP2's. */
  public static final int COMMONS_POOL = 1;

  /** Tomcat's JDBC pool. */
  public static final int TOMCAT_POOL = 2;

  /** A rate limiter. */
  public static final int LIMITER = 3;

  /** A circuit breaker. */
  public static final int BREAKER = 4;

  /** A bulkhead. */
  public static final int BULKHEAD = 5;

  /** Something that tries again. */
  public static final int RETRY = 6;

  /** A Kafka consumer. */
  public static final int CONSUMER = 7;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int kind;
  private final int number = NUMBERS.incrementAndGet();
  private final AtomicLongArray counts = new AtomicLongArray(2);
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong passedOn = new AtomicLong();
  private final AtomicLong returned = new AtomicLong();
  private final @Nullable Durations waits;
  private final @Nullable Durations uses;
  private final @Nullable Gaps gaps;
  private final StackTraceElement @Nullable [] creation;
  private volatile boolean blurred;

  LibraryHandle(int kind, Object instance, StackTraceElement @Nullable [] creation) {
    super(instance);
    this.kind = kind;
    this.creation = creation;
    waits = isPool() ? new Durations() : null;
    uses = isPool() ? new Durations() : null;
    gaps = kind == RETRY ? new Gaps() : null;
  }

  void count(int which) {
    counts.getAndIncrement(which);
    if (gaps != null && which == LibraryTable.HITS) {
      gaps.happened();
    }
  }

  void waited(long nanos) {
    if (waits != null) {
      waits.add(nanos);
    }
  }

  void taken() {
    held.getAndIncrement();
  }

  void givenBack(long nanos, boolean byAnother) {
    held.getAndDecrement();
    if (uses != null) {
      uses.add(nanos);
    }
    (byAnother ? passedOn : returned).getAndIncrement();
  }

  void blur() {
    blurred = true;
  }

  /** One of the kinds above. */
  public int kind() {
    return kind;
  }

  /** Whether it is a pool of connections or other objects. */
  public boolean isPool() {
    return kind <= TOMCAT_POOL;
  }

  /** Its number among all handles, from 1. */
  public int number() {
    return number;
  }

  /** What was counted under that index. */
  public long counted(int which) {
    return counts.get(which);
  }

  /** Connections of the pool that are in use. */
  public int held() {
    return held.get();
  }

  /** Connections that were given back by another thread than had taken them. */
  public long passedOn() {
    return passedOn.get();
  }

  /** Connections that were given back by the thread that had taken them. */
  public long returned() {
    return returned.get();
  }

  /** Whether some of the pool's connections are in use that no row tells of. */
  public boolean isBlurred() {
    return blurred;
  }

  /** How long threads waited for a connection of the pool; null unless it is one. */
  public @Nullable Durations waits() {
    return waits;
  }

  /** How long connections of the pool were in use; null unless it is one. */
  public @Nullable Durations uses() {
    return uses;
  }

  /** How soon retries follow one another; null unless it is one that tries again. */
  public @Nullable Gaps gaps() {
    return gaps;
  }

  /** Where it was made, or null: names only, since a throwable would keep classes alive. */
  public StackTraceElement @Nullable [] creation() {
    return creation;
  }
}
