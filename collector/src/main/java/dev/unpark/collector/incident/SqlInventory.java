package dev.unpark.collector.incident;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every JVM that has reported, in the database of the incidents.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> of more than {@value #MOST}
 * those that were seen last are kept.
 */
public final class SqlInventory implements AutoCloseable {
  public static final int MOST = 50_000;

  private static final String COLUMNS = "service, instance, jdk, host, pid, first_seen, last_seen";

  private static final int NAME = 1_024;
  private static final int LABEL = 255;

  private final Database database;

  public SqlInventory(Database database) {
    this.database = database.another();
  }

  /** Writes down who was seen when. */
  public void write(Collection<SeenJvm> seen) throws IncidentStore.Unavailable {
    database.inTransaction(
        connection -> {
          write(connection, seen);
          return seen.size();
        });
  }

  static void write(Connection connection, Collection<SeenJvm> seen) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO jvm ("
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (service, instance) DO UPDATE SET"
                + " jdk = CASE WHEN excluded.last_seen >= jvm.last_seen THEN excluded.jdk ELSE jvm.jdk END,"
                + " host = CASE WHEN excluded.last_seen >= jvm.last_seen THEN excluded.host ELSE jvm.host END,"
                + " pid = CASE WHEN excluded.last_seen >= jvm.last_seen THEN excluded.pid ELSE jvm.pid END,"
                + " first_seen = CASE WHEN excluded.first_seen < jvm.first_seen"
                + " THEN excluded.first_seen ELSE jvm.first_seen END,"
                + " last_seen = CASE WHEN excluded.last_seen > jvm.last_seen"
                + " THEN excluded.last_seen ELSE jvm.last_seen END")) {
      for (SeenJvm each : seen) {
        upsert.setString(1, SqlIncidentStore.fit(each.service(), NAME));
        upsert.setString(2, SqlIncidentStore.fit(each.instance(), NAME));
        upsert.setString(3, SqlIncidentStore.fit(each.jdk(), LABEL));
        upsert.setString(4, SqlIncidentStore.fit(each.host(), NAME));
        upsert.setLong(5, each.pid());
        upsert.setLong(6, each.firstSeen().toEpochMilli());
        upsert.setLong(7, each.lastSeen().toEpochMilli());
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  /**
   * Those that were seen last, the last first.
   *
   * @param service null for any
   */
  public List<SeenJvm> list(@Nullable String service, int most) throws IncidentStore.Unavailable {
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM jvm"
            + (service == null ? "" : " WHERE service = ?")
            + " ORDER BY last_seen DESC, service, instance LIMIT ?";
    return database.inTransaction(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(sql)) {
            int next = 1;
            if (service != null) {
              select.setString(next++, service);
            }
            select.setInt(next, most);
            return read(select);
          }
        });
  }

  static List<SeenJvm> all(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM jvm ORDER BY service, instance")) {
      return read(select);
    }
  }

  private static List<SeenJvm> read(PreparedStatement select) throws SQLException {
    List<SeenJvm> seen = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        seen.add(
            new SeenJvm(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7))));
      }
    }
    return seen;
  }

  /** Forgets those that were last seen before, and the first of too many. */
  public void forget(Instant seenBefore) throws IncidentStore.Unavailable {
    database.inTransaction(
        connection -> {
          try (PreparedStatement old =
                  connection.prepareStatement("DELETE FROM jvm WHERE last_seen < ?");
              PreparedStatement surplus =
                  connection.prepareStatement(
                      "DELETE FROM jvm WHERE last_seen < (SELECT last_seen FROM jvm"
                          + " ORDER BY last_seen DESC LIMIT 1 OFFSET ?)")) {
            old.setLong(1, seenBefore.toEpochMilli());
            surplus.setInt(1, MOST);
            return old.executeUpdate() + surplus.executeUpdate();
          }
        });
  }

  @Override
  public void close() {
    database.close();
  }
}
