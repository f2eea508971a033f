package dev.unpark.dumps.shapes;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * Four threads wait for a connection of a real pool of two, because statements are slow, because
 * those who have one do something else, or because two were never given back; benign: nobody waits
 * while two are lent.
 */
public final class ConnectionPools {
  private static final int LENT = 2;

  private ConnectionPools() {}

  /** Statements take for ever. */
  static final class SlowDatabase {
    public static void main(String[] arguments) throws Exception {
      ConnectionPools.run(arguments, true, ConnectionPools::query);
    }
  }

  /** Connections are kept during work that needs none. */
  static final class KeptConnections {
    public static void main(String[] arguments) throws Exception {
      ConnectionPools.run(arguments, true, (connection, begun) -> holdOn(begun));
    }
  }

  /** Whoever borrowed them has ended without giving them back. */
  static final class LostConnections {
    public static void main(String[] arguments) throws Exception {
      ConnectionPools.run(arguments, false, (connection, begun) -> begun.countDown());
    }
  }

  private interface Use {
    void of(Connection connection, CountDownLatch begun) throws SQLException;
  }

  private static void run(String[] arguments, boolean stays, Use use) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:shop");
    config.setMaximumPoolSize(LENT);
    DataSource pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create alias slow for \"" + ConnectionPools.class.getName() + ".slow\"");
    }
    CountDownLatch begun = new CountDownLatch(LENT);
    Thread[] users = new Thread[LENT];
    for (int i = 0; i < LENT; i++) {
      users[i] = Stage.start("request-" + i, () -> borrow(pool, use, begun));
    }
    begun.await();
    for (Thread user : users) {
      if (stays) {
        Stage.awaitState(user, Thread.State.TIMED_WAITING);
      } else {
        user.join();
      }
    }
    if (Stage.faulty(arguments)) {
      for (int i = 0; i < 4; i++) {
        Thread waiter = Stage.start("request-" + (LENT + i), () -> borrow(pool, use, begun));
        Stage.awaitState(waiter, Thread.State.TIMED_WAITING);
      }
    }
    Stage.ready();
  }

  /** A request that forgets to close its connection. */
  private static void borrow(DataSource pool, Use use, CountDownLatch begun) {
    try {
      use.of(pool.getConnection(), begun);
    } catch (SQLException failed) {
      failed.printStackTrace();
    }
  }

  private static void query(Connection connection, CountDownLatch begun) throws SQLException {
    begun.countDown();
    try (Statement statement = connection.createStatement()) {
      statement.execute("call slow()");
    }
  }

  private static void holdOn(CountDownLatch begun) {
    begun.countDown();
    Stage.sleepForEver();
  }

  /** What the database calls; public because it does so by reflection. */
  public static int slow() {
    Stage.sleepForEver();
    return 1;
  }
}
