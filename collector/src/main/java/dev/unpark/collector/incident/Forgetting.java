package dev.unpark.collector.incident;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Forgets in one transaction what {@link Retention} does not allow to be kept. */
final class Forgetting {
  /** About what a row of incident takes besides its finding, with its instances and events. */
  private static final int ROW = 2_000;

  private static final int AT_A_TIME = 200;

  private final Connection connection;
  private final Map<Retention.Reason, long[]> forgotten = new EnumMap<>(Retention.Reason.class);

  private Forgetting(Connection connection) {
    this.connection = connection;
  }

  /** How many were forgotten: not acknowledged ones, and acknowledged ones, by reason. */
  static Map<Retention.Reason, long[]> forget(Connection connection, Retention retention)
      throws SQLException {
    Forgetting forgetting = new Forgetting(connection);
    forgetting.byAge(retention);
    forgetting.byCount(retention);
    forgetting.bySize(retention);
    return forgetting.forgotten;
  }

  private void byAge(Retention retention) throws SQLException {
    List<Closed> old;
    do {
      old = closed("WHERE closed_at < " + retention.closedBefore().toEpochMilli(), AT_A_TIME);
      delete(Retention.Reason.AGE, old);
    } while (old.size() == AT_A_TIME);
  }

  private void byCount(Retention retention) throws SQLException {
    long surplus = number("SELECT COUNT(*) FROM incident") - retention.mostIncidents();
    while (surplus > 0) {
      List<Closed> first = closed("WHERE closed_at IS NOT NULL", Math.min(surplus, AT_A_TIME));
      if (first.isEmpty()) {
        return;
      }
      delete(Retention.Reason.COUNT, first);
      surplus -= first.size();
    }
  }

  private void bySize(Retention retention) throws SQLException {
    long surplus = StoreSize.of(connection) - retention.mostBytes();
    while (surplus > 0) {
      List<Closed> first = new ArrayList<>();
      long gained = 0;
      for (Closed each : closed("WHERE closed_at IS NOT NULL", AT_A_TIME)) {
        if (gained < surplus) {
          first.add(each);
          gained += each.bytes;
        }
      }
      if (first.isEmpty()) {
        return;
      }
      delete(Retention.Reason.SIZE, first);
      surplus = StoreSize.of(connection) - retention.mostBytes();
    }
  }

  private record Closed(String id, boolean acknowledged, long bytes) {}

  /** Those that ended first. */
  private List<Closed> closed(String where, long most) throws SQLException {
    List<Closed> closed = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, acknowledged_at, LENGTH(finding) + COALESCE((SELECT SUM(bytes)"
                    + " FROM incident_evidence WHERE incident_id = incident.id), 0)"
                    + " FROM incident "
                    + where
                    + " ORDER BY closed_at, id LIMIT "
                    + most);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        row.getLong(2);
        boolean acknowledged = !row.wasNull();
        closed.add(new Closed(row.getString(1), acknowledged, row.getLong(3) + ROW));
      }
    }
    return closed;
  }

  private void delete(Retention.Reason reason, List<Closed> incidents) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM incident WHERE id = ?")) {
      for (Closed each : incidents) {
        delete.setString(1, each.id);
        delete.addBatch();
        forgotten.computeIfAbsent(reason, none -> new long[2])[each.acknowledged ? 1 : 0]++;
      }
      delete.executeBatch();
    }
  }

  private long number(String query) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query);
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
