package dev.unpark.collector.incident;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps incidents. What a method wrote is on disk when it returns.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
public interface IncidentStore extends AutoCloseable {
  /** The store cannot be used at present; it may be again later. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What to look for.
   *
   * @param open only open ones, or only closed ones; null for both
   * @param service null for any
   * @param type null for any
   * @param before only those that last changed before; null for the latest
   * @param most how many; all of the last one's moment come as well, so that paging by time misses
   *     none
   */
  record Query(
      @Nullable Boolean open,
      @Nullable String service,
      @Nullable String type,
      @Nullable Instant before,
      int most) {}

  /** Writes all of them or none, over what was written of them before. */
  void write(Collection<Incident> incidents) throws Unavailable;

  Optional<Incident> find(String id) throws Unavailable;

  /** Those that match, the one that changed last first, without their events. */
  List<Incident> list(Query query) throws Unavailable;

  /** Forgets what may not be kept, and says so when that is on disk. */
  void forget(Retention retention, Retention.Heard heard) throws Unavailable;

  /** How much room it takes, in bytes. */
  long size() throws Unavailable;

  @Override
  void close();
}
