package dev.unpark.agent.export;

import dev.unpark.agent.bootstrap.ConnectionPools;
import dev.unpark.agent.bootstrap.DatabaseErrors;
import dev.unpark.agent.bootstrap.Durations;
import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.LibraryTable;
import dev.unpark.agent.bootstrap.ServerRequests;
import dev.unpark.agent.bootstrap.ThreadRows;
import dev.unpark.agent.library.Breaker;
import dev.unpark.agent.library.ConsumerLag;
import dev.unpark.agent.library.Distribution;
import dev.unpark.agent.library.Instances;
import dev.unpark.agent.library.Pool;
import dev.unpark.telemetry.Metric;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the library hooks counted.
 *
 * <p><b>Threading:</b> the exporter's thread. Cardinality: methods, schemes and statuses are fixed
 * lists; names of pools and limiters are bounded by the ledger that keeps them.
 */
final class LibraryMeasurements implements Consumer<Readings> {
  private static final List<Double> BOUNDS =
      Arrays.stream(Durations.bounds()).mapToObj(nanos -> nanos / 1e9).toList();
  private static final int FIRST_SERVER_ERROR = 500;

  private final boolean[] called = new boolean[ServerRequests.calls()];
  private final Instances instances = new Instances();

  /** Labels of pools of database connections, as many as {@link Instances} tells apart. */
  private final Set<Instances.Key> databases = new HashSet<>();

  @Override
  public void accept(Readings readings) {
    requests(readings);
    databaseErrors(readings);
    instances.live().forEach(live -> now(readings, live));
    instances.sums().forEach((key, sums) -> past(readings, key, sums));
  }

  /** What found no room. */
  static long dropped() {
    return ServerRequests.dropped() + ConnectionPools.dropped() + LibraryTable.dropped();
  }

  private void now(Readings readings, Instances.Live live) {
    switch (live.key().kind()) {
      case LibraryHandle.HIKARI, LibraryHandle.COMMONS_POOL, LibraryHandle.TOMCAT_POOL -> {
        Pool pool = Pool.of(live.handle(), live.instance());
        if (pool.database()) {
          databases.add(live.key());
          connections(readings, live, pool);
        }
      }
      case LibraryHandle.BREAKER ->
          readings.add(Metric.BREAKER_STATE, 1, live.key().label(), Breaker.state(live.instance()));
      case LibraryHandle.CONSUMER -> {
        ConsumerLag lag = ConsumerLag.of(live.instance());
        lag.records()
            .ifPresent(
                records -> readings.add(Metric.KAFKA_RECORDS_LAG_MAX, records, lag.client()));
      }
      default -> {
        // Of the others only the past is told.
      }
    }
  }

  private void past(Readings readings, Instances.Key key, Instances.Sums sums) {
    String site = key.label();
    switch (key.kind()) {
      case LibraryHandle.LIMITER ->
          readings.add(Metric.BACKPRESSURE_EVENTS, sums.hits(), "limiter", site);
      case LibraryHandle.BREAKER ->
          readings.add(Metric.BACKPRESSURE_EVENTS, sums.hits(), "breaker", site);
      case LibraryHandle.BULKHEAD ->
          readings.add(Metric.BACKPRESSURE_EVENTS, sums.hits(), "rejection", site);
      case LibraryHandle.RETRY -> {
        readings.add(Metric.RETRIES, sums.hits(), site, "again");
        readings.add(Metric.RETRIES, sums.failures(), site, "given_up");
      }
      default -> {
        if (databases.contains(key)) {
          readings.add(Metric.DB_CONNECTION_TIMEOUTS, sums.failures(), site);
          add(readings, Metric.DB_CONNECTION_WAIT_TIME, sums.waits(), site);
          add(readings, Metric.DB_CONNECTION_USE_TIME, sums.uses(), site);
        }
      }
    }
  }

  private static void connections(Readings readings, Instances.Live live, Pool pool) {
    String name = live.key().label();
    int used = live.handle().held();
    readings.add(Metric.DB_CONNECTION_COUNT, used, name, "used");
    if (pool.total() != Pool.UNKNOWN) {
      readings.add(Metric.DB_CONNECTION_COUNT, Math.max(0, pool.total() - used), name, "idle");
    }
    if (pool.maximum() != Pool.UNKNOWN && pool.maximum() != Pool.UNBOUNDED) {
      readings.add(Metric.DB_CONNECTION_MAX, pool.maximum(), name);
    }
    readings.add(Metric.DB_CONNECTION_PENDING_REQUESTS, asking(live.handle()), name);
  }

  private static int asking(LibraryHandle handle) {
    ThreadRows rows = ConnectionPools.asking();
    int asking = 0;
    for (int row = 0; row < rows.capacity(); row++) {
      asking += rows.subject(row) == handle ? 1 : 0;
    }
    return asking;
  }

  private static void add(Readings readings, Metric metric, Distribution of, String name) {
    readings.add(metric, of.buckets(), of.nanos() / 1e9, BOUNDS, name);
  }

  private static void databaseErrors(Readings readings) {
    for (int pair = 0; pair < DatabaseErrors.size(); pair++) {
      long errors = DatabaseErrors.count(pair);
      if (errors > 0) {
        readings.add(
            Metric.DB_LOCK_ERRORS, errors, DatabaseErrors.system(pair), DatabaseErrors.kind(pair));
      }
    }
  }

  private void requests(Readings readings) {
    for (int row = 0; row < ServerRequests.KINDS; row++) {
      Durations durations = ServerRequests.durations(row);
      if (durations != null) {
        int call = ServerRequests.call(row);
        called[call] = true;
        readings.add(
            Metric.HTTP_SERVER_REQUEST_DURATION,
            durations.buckets(),
            durations.nanos() / 1e9,
            BOUNDS,
            ServerRequests.method(call),
            scheme(call),
            status(row),
            error(row));
      }
    }
    for (int call = 0; call < called.length; call++) {
      int active = ServerRequests.active(call);
      called[call] |= active > 0;
      if (called[call]) {
        readings.add(
            Metric.HTTP_SERVER_ACTIVE_REQUESTS, active, ServerRequests.method(call), scheme(call));
      }
    }
  }

  private static String scheme(int call) {
    return ServerRequests.isSecure(call) ? "https" : "http";
  }

  private static @Nullable Long status(int row) {
    int status = ServerRequests.status(row);
    return status == ServerRequests.NO_STATUS ? null : Long.valueOf(status);
  }

  private static @Nullable String error(int row) {
    int status = ServerRequests.status(row);
    if (status >= FIRST_SERVER_ERROR) {
      return String.valueOf(status);
    }
    return ServerRequests.failed(row) ? "exception" : null;
  }
}
