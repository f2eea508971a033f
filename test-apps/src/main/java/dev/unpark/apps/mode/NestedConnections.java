package dev.unpark.apps.mode;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Orders that borrow a connection and then, for the audit, a second one from the same pool. When
 * every connection is lent to an order that waits for its second, all stand still until they time
 * out. Mended, the audit uses the connection that the order has.
 */
public final class NestedConnections {
  private static final int CONNECTIONS = 5;
  private static final int CLERKS = 5;
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final long WORK_NANOS = 1_000_000;
  private static final long BETWEEN_ORDERS_NANOS = 20_000_000;

  private final Progress booked = new Progress("orders booked");
  private final HikariDataSource pool;
  private final boolean sharesConnection;

  private NestedConnections(boolean sharesConnection) {
    this.sharesConnection = sharesConnection;
    HikariConfig config = new HikariConfig();
    config.setPoolName("orders");
    config.setJdbcUrl("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setConnectionTimeout(TIMEOUT_MILLIS);
    pool = new HikariDataSource(config);
  }

  public static void main(String[] args) throws SQLException {
    Switches switches = Switches.of(args);
    NestedConnections orders = new NestedConnections(switches.healthy());
    orders.makeTables();
    for (int clerk = 1; clerk <= CLERKS; clerk++) {
      new Thread(orders::keepBooking, "clerk-" + clerk).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(
          () -> orders.pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == CLERKS);
    }
    orders.booked.print();
  }

  private void makeTables() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table bookings(id identity, what varchar(20))");
      statement.execute("create table audit(id identity, what varchar(20))");
    }
  }

  private void keepBooking() {
    while (true) {
      try (Connection connection = pool.getConnection()) {
        insert(connection, "bookings");
        Progress.pause(WORK_NANOS);
        if (sharesConnection) {
          insert(connection, "audit");
        } else {
          audit();
        }
        booked.count();
      } catch (SQLException e) {
        System.out.println("an order was lost: " + e.getMessage());
      }
      if (sharesConnection) {
        Progress.pause(BETWEEN_ORDERS_NANOS);
      }
    }
  }

  private void audit() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      insert(connection, "audit");
    }
  }

  private static void insert(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("insert into " + table + "(what) values ('tea')");
    }
  }
}
