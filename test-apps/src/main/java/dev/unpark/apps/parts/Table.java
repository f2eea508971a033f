package dev.unpark.apps.parts;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/**
 * Rows of numbers in a database in memory, behind a connection pool. Any thread may change one;
 * whoever wants a row that another transaction changes waits until that one is over.
 */
public final class Table {
  private static final int PATIENCE_MILLIS = 20_000;

  private final HikariDataSource database;
  private final long workNanos;

  /**
   * @param name of the pool
   * @param workNanos how long each change keeps its row
   */
  public Table(String name, int rows, int connections, long workNanos) throws SQLException {
    this.workNanos = workNanos;
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(
        "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=%d".formatted(name, PATIENCE_MILLIS));
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    database = new HikariDataSource(config);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table counts(id int primary key, number bigint not null)");
      statement.execute("insert into counts select x, 0 from system_range(1, %d)".formatted(rows));
    }
  }

  /** Adds one to a row, in a transaction of its own. */
  public void add(int row) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement change =
          connection.prepareStatement("update counts set number = number + 1 where id = ?")) {
        change.setInt(1, row);
        change.executeUpdate();
        LockSupport.parkNanos(workNanos);
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    }
  }
}
