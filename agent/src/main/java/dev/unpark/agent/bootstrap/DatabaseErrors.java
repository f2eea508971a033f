package dev.unpark.agent.bootstrap;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Deadlocks and lock time-outs that databases reported, by kind of database.
 *
 * <p>Drivers often make two exceptions of one error. So what is caused by an SQLException does not
 * count, nor what comes from the same thread, of the same kind, within {@value #ECHO_NANOS} ns.
 *
 * <p><b>Threading:</b> lock-free; any thread. Nothing is allocated, but for a copy of the stack
 * trace of a deadlock, of which the last of each system is kept: names only.
 */
public final class DatabaseErrors {
  private static final long ECHO_NANOS = 2_000_000;

  private static final String[] KINDS = {"deadlock", "serialization_failure", "lock_timeout"};
  private static final int DEADLOCK = 0;
  private static final int SERIALIZATION = 1;
  private static final int TIMEOUT = 2;
  private static final int NONE = -1;

  private static final String[] SYSTEMS = {
    "postgresql",
    "mysql",
    "mariadb",
    "oracle.db",
    "microsoft.sql_server",
    "h2database",
    "hsqldb",
    "derby",
    "ibm.db2",
    "other_sql"
  };

  /** Where the classes of each system's driver live, in that order. */
  private static final String[] PACKAGES = {
    "org.postgresql.",
    "com.mysql.",
    "org.mariadb.",
    "oracle.",
    "com.microsoft.sqlserver.",
    "org.h2.",
    "org.hsqldb.",
    "org.apache.derby.",
    "com.ibm.db2."
  };

  private static final int MYSQL = 1;
  private static final int MARIADB = 2;
  private static final int ORACLE = 3;
  private static final int SQL_SERVER = 4;
  private static final int H2 = 5;
  private static final int OTHER = SYSTEMS.length - 1;

  private static final int ECHOES = 1 << 8;
  private static final AtomicLongArray COUNTS = new AtomicLongArray(KINDS.length * SYSTEMS.length);
  private static final AtomicReferenceArray<StackTraceElement @Nullable []> LAST_TRACES =
      new AtomicReferenceArray<>(SYSTEMS.length);
  private static final AtomicLongArray LAST_TIME = new AtomicLongArray(ECHOES);
  private static final AtomicLongArray LAST_THREAD = new AtomicLongArray(ECHOES);

  private DatabaseErrors() {}

  /** Uses all that advice uses, see {@link WaitTable#warmUp}. */
  public static void warmUp() {
    kindOf(systemOf("", "", 0), "40P01", 1213);
    isEcho(DEADLOCK);
    COUNTS.getAndAdd(0, 0);
  }

  /** Forgets what was counted. */
  public static void clear() {
    for (int pair = 0; pair < COUNTS.length(); pair++) {
      COUNTS.set(pair, 0);
      LAST_TRACES.set(pair / KINDS.length, null);
    }
  }

  /**
   * An SQLException has been made.
   *
   * @param state its SQLState, or null
   * @param code its vendor's code, or 0
   */
  public static void made(Object exception, @Nullable String state, int code) {
    if (!isWorthALook(state, code)) {
      return;
    }
    String type = exception.getClass().getName();
    int system = systemOf(type, state, code);
    int kind = kindOf(system, state, code);
    if (kind != NONE && !type.equals("java.sql.BatchUpdateException") && !isEcho(kind)) {
      COUNTS.getAndAdd(system * KINDS.length + kind, 1);
      if (kind == DEADLOCK && exception instanceof Throwable) {
        LAST_TRACES.set(system, ((Throwable) exception).getStackTrace());
      }
    }
  }

  /** Almost every SQLException leaves here: a few characters are compared, nothing else. */
  private static boolean isWorthALook(@Nullable String state, int code) {
    return state != null
            && (state.startsWith("40") || state.equals("55P03") || state.equals("61000"))
        || code == 1205
        || code == 1213
        || code == 1222
        || code == 60
        || code == 8177
        || code == 30006
        || code == 50200;
  }

  private static int systemOf(String type, @Nullable String state, int code) {
    for (int i = 0; i < PACKAGES.length; i++) {
      if (type.startsWith(PACKAGES[i])) {
        return i;
      }
    }
    return code == 60 && "61000".equals(state) ? ORACLE : OTHER;
  }

  private static int kindOf(int system, @Nullable String state, int code) {
    switch (system) {
      case MYSQL:
      case MARIADB:
        return code == 1213 ? DEADLOCK : code == 1205 ? TIMEOUT : standard(state);
      case ORACLE:
        return code == 60
            ? DEADLOCK
            : code == 30006 ? TIMEOUT : code == 8177 ? SERIALIZATION : NONE;
      case SQL_SERVER:
        return code == 1205 ? DEADLOCK : code == 1222 ? TIMEOUT : standard(state);
      case H2:
        return code == 40001 ? DEADLOCK : code == 50200 ? TIMEOUT : standard(state);
      default:
        return standard(state);
    }
  }

  private static int standard(@Nullable String state) {
    if ("40P01".equals(state)) {
      return DEADLOCK;
    }
    if ("40001".equals(state)) {
      return SERIALIZATION;
    }
    return "55P03".equals(state) ? TIMEOUT : NONE;
  }

  private static boolean isEcho(int kind) {
    int thread = System.identityHashCode(Thread.currentThread());
    long who = (long) thread << 2 | kind;
    int row = thread & (ECHOES - 1);
    long now = System.nanoTime();
    boolean echo = LAST_THREAD.get(row) == who && now - LAST_TIME.get(row) < ECHO_NANOS;
    LAST_THREAD.set(row, who);
    LAST_TIME.set(row, now);
    return echo;
  }

  /** Pairs of system and kind. */
  public static int size() {
    return COUNTS.length();
  }

  /** Errors of a pair. */
  public static long count(int pair) {
    return COUNTS.get(pair);
  }

  /** The database system of a pair, as the semantic conventions spell it. */
  public static String system(int pair) {
    return SYSTEMS[pair / KINDS.length];
  }

  /** Whether the errors of a pair are deadlocks. */
  public static boolean isDeadlock(int pair) {
    return pair % KINDS.length == DEADLOCK;
  }

  /** Where the last deadlock of the pair's system was reported, or null when none was. */
  public static StackTraceElement @Nullable [] lastTrace(int pair) {
    return LAST_TRACES.get(pair / KINDS.length);
  }

  /** The kind of error of a pair. */
  public static String kind(int pair) {
    return KINDS[pair % KINDS.length];
  }
}
