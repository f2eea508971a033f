package dev.unpark.diagnosis.model;

import java.time.Duration;
import java.util.Objects;

/**
 * How often something has happened that keeps no thread waiting, and that no look at threads could
 * therefore show: a database ended a transaction, a pool's bounds were moved, a call was tried
 * again.
 *
 * @param kind what happened
 * @param subject what it happened to: a database system, an executor's name, the name of a retry
 * @param site where in the application's code it last happened, {@code Class.method(File.java:12)};
 *     empty when unknown
 * @param count how often since the JVM was first watched; only grows
 * @param recent how often within the last {@link #RECENT}, as the source counts
 * @param bunched share, 0 to 1, of the recent ones that followed so soon on one another that no
 *     chance brought them together; 0 when the source does not measure it
 */
public record Occurrence(
    Kind kind, String subject, String site, long count, long recent, double bunched) {
  /** What {@link #recent} looks back on. */
  public static final Duration RECENT = Duration.ofMinutes(5);

  public Occurrence {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(subject);
    Objects.requireNonNull(site);
    if (recent < 0 || count < recent || !(bunched >= 0 && bunched <= 1)) {
      throw new IllegalArgumentException(
          "%d of %d recent, %s of them bunched".formatted(recent, count, bunched));
    }
  }

  /** What can happen. */
  public enum Kind {
    /** A database ended a transaction to break a deadlock. */
    DATABASE_DEADLOCK("database-deadlock"),
    /** The core or maximum size of an executor was made larger. */
    POOL_GROWN("pool-grown"),
    /** The core or maximum size of an executor was made smaller. */
    POOL_SHRUNK("pool-shrunk"),
    /** A call failed and is to be tried again. */
    RETRY("retry"),
    /** Something of a newer version. */
    OTHER("other");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The spelling on the wire. */
    public String label() {
      return label;
    }

    /** The kind of that {@link #label()}, or {@link #OTHER} for a label of a newer version. */
    public static Kind of(String label) {
      for (Kind kind : values()) {
        if (kind.label.equals(label)) {
          return kind;
        }
      }
      return OTHER;
    }
  }
}
