package dev.unpark.collector.incident;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How much room the database takes.
 *
 * <p>In SQLite the pages of its file that are in use: what is forgotten leaves room in the file,
 * which is filled again before the file grows. PostgreSQL gives room back when it has cleaned up,
 * which may be an hour later; whoever measured its files would forget everything by then. So what
 * is alive is added up there.
 */
final class StoreSize {
  private StoreSize() {}

  static long of(Connection connection) throws SQLException {
    if (isSqlite(connection)) {
      long pages = number(connection, "PRAGMA page_count");
      long free = number(connection, "PRAGMA freelist_count");
      return (pages - free) * number(connection, "PRAGMA page_size");
    }
    return number(
            connection, "SELECT COALESCE(SUM(pg_column_size(finding) + 400), 0) FROM incident")
        + number(connection, "SELECT COUNT(*) * 120 FROM incident_instance")
        + number(connection, "SELECT COUNT(*) * 120 FROM incident_event")
        + number(connection, "SELECT COUNT(*) * 200 FROM jvm")
        + number(
            connection,
            "SELECT COALESCE(SUM(pg_column_size(content) + 100), 0) FROM incident_evidence_part");
  }

  static boolean isSqlite(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("SQLite");
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
