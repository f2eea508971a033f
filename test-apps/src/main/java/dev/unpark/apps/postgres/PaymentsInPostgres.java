package dev.unpark.apps.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Payments between a few accounts in a real PostgreSQL, each a transaction that changes first who
 * pays and then who is paid. Two of them in opposite directions deadlock, and the database ends
 * one; an auditor who wants all accounts to himself gives up at their locks. Mended, the account
 * with the smaller number is changed first, and nobody audits by day.
 */
public final class PaymentsInPostgres {
  private static final String DEADLOCK = "40P01";
  private static final int ACCOUNTS = 3;
  private static final int CLERKS = 6;
  private static final int START_MILLIS = 30_000;
  private static final long WORK_NANOS = 5_000_000;
  private static final long THINK_NANOS = 20_000_000;
  private static final long BETWEEN_AUDITS_NANOS = 200_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;

  private final AtomicLong paid = new AtomicLong();
  private final AtomicLong deadlocked = new AtomicLong();
  private final HikariDataSource database;
  private final boolean inOrder;

  private PaymentsInPostgres(HikariDataSource database, boolean inOrder) {
    this.database = database;
    this.inOrder = inOrder;
  }

  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    Switches switches = Switches.of(args);
    Path bin = PostgresServer.requireOrExit();
    try (PostgresServer server = PostgresServer.start(bin)) {
      PaymentsInPostgres payments = new PaymentsInPostgres(pool(server), switches.healthy());
      payments.open();
      for (int clerk = 1; clerk <= CLERKS; clerk++) {
        new Thread(payments::keepPaying, "clerk-" + clerk).start();
      }
      if (!switches.healthy()) {
        new Thread(payments::keepAuditing, "auditor").start();
        FaultWatch.awaitAndAnnounce(() -> payments.deadlocked.get() > 0);
      }
      while (true) {
        LockSupport.parkNanos(REPORT_NANOS);
        System.out.printf(
            "%d payments made, %d lost in a deadlock%n",
            payments.paid.get(), payments.deadlocked.get());
      }
    }
  }

  private static HikariDataSource pool(PostgresServer server) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("payments");
    config.setJdbcUrl(server.url());
    config.setMaximumPoolSize(CLERKS + 1);
    config.setInitializationFailTimeout(START_MILLIS);
    return new HikariDataSource(config);
  }

  private void open() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table accounts(id int primary key, cents bigint not null)");
      statement.execute(
          "insert into accounts select id, 1000000 from generate_series(1, %d) id"
              .formatted(ACCOUNTS));
    }
  }

  private void keepPaying() {
    while (true) {
      int from = ThreadLocalRandom.current().nextInt(ACCOUNTS);
      int to = (from + 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
      try {
        pay(from + 1, to + 1);
        paid.incrementAndGet();
      } catch (SQLException e) {
        if (DEADLOCK.equals(e.getSQLState())) {
          deadlocked.incrementAndGet();
        } else {
          System.out.println("a payment was lost: " + e.getMessage());
        }
      }
      LockSupport.parkNanos(THINK_NANOS);
    }
  }

  private void pay(int from, int to) throws SQLException {
    boolean turned = inOrder && from > to;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        book(connection, turned ? to : from, turned ? 1 : -1);
        LockSupport.parkNanos(WORK_NANOS);
        book(connection, turned ? from : to, turned ? -1 : 1);
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private void keepAuditing() {
    while (true) {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        // A lock of a table is had in a transaction only; the pool rolls it back on close.
        connection.setAutoCommit(false);
        statement.execute("lock table accounts in exclusive mode nowait");
      } catch (SQLException locked) {
        // Another time.
      }
      LockSupport.parkNanos(BETWEEN_AUDITS_NANOS);
    }
  }

  private static void book(Connection connection, int account, int cents) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("update accounts set cents = cents + ? where id = ?")) {
      statement.setInt(1, cents);
      statement.setInt(2, account);
      statement.executeUpdate();
    }
  }
}
