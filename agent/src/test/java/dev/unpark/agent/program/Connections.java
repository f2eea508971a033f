package dev.unpark.agent.program;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.PoolProperties;

/**
 * A connection pool of two connections. Arguments: {@code hikari}, {@code dbcp2} or {@code tomcat};
 * what to do, {@code count}, {@code knot} or {@code share}; the program's folder.
 */
public final class Connections {
  private static final String URL = "jdbc:h2:mem:test";
  private static final int MOST = 2;
  private static final Logger LOGS = Logger.getLogger("org.apache");

  private Connections() {}

  public static void main(String[] arguments) throws Exception {
    LOGS.setLevel(Level.OFF);
    boolean patient = !arguments[1].equals("count");
    DataSource pool =
        switch (arguments[0]) {
          case "hikari" -> hikari(patient ? 60_000 : 250);
          case "dbcp2" -> dbcp2(patient ? -1 : 250);
          default -> tomcat(patient ? -1 : 250);
        };
    Signal.await(Path.of(arguments[2]));
    switch (arguments[1]) {
      case "count" -> count(pool);
      case "knot" -> tie(pool);
      default -> share(pool);
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  /** Four connections taken, three given back, one asked for in vain. */
  private static void count(DataSource pool) throws SQLException {
    pool.getConnection().close();
    Connection twice = pool.getConnection();
    twice.close();
    twice.close();
    Connection kept = pool.getConnection();
    try (Connection second = pool.getConnection()) {
      System.out.println(second.isValid(1));
      pool.getConnection().close();
    } catch (SQLException inVain) {
      System.out.println(inVain.getClass().getName());
    }
    System.out.println(kept.isClosed());
  }

  /** Two threads have one connection each, and ask for one more. */
  private static void tie(DataSource pool) {
    CyclicBarrier both = new CyclicBarrier(MOST);
    for (int i = 1; i <= MOST; i++) {
      new Thread(
              () -> {
                try (Connection before = pool.getConnection()) {
                  before.isValid(1);
                } catch (Exception failed) {
                  System.out.println(failed);
                }
                try (Connection first = pool.getConnection()) {
                  both.await();
                  try (Connection second = pool.getConnection()) {
                    System.out.println(first + " " + second);
                  }
                } catch (Exception failed) {
                  System.out.println(failed);
                }
              },
              "order-" + i)
          .start();
    }
  }

  /** More threads than connections, that each take one after the other. */
  private static void share(DataSource pool) {
    for (int i = 1; i <= 3 * MOST; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Connection connection = pool.getConnection()) {
                      connection.isValid(1);
                      Thread.sleep(50);
                    }
                  }
                } catch (Exception failed) {
                  System.out.println(failed);
                }
              },
              "order-" + i);
      thread.start();
    }
  }

  private static DataSource hikari(long timeout) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("orders");
    config.setJdbcUrl(URL);
    config.setMaximumPoolSize(MOST);
    config.setConnectionTimeout(timeout);
    return new HikariDataSource(config);
  }

  private static DataSource dbcp2(long timeout) throws SQLException {
    BasicDataSource source = new BasicDataSource();
    source.setUrl(URL);
    source.setMaxTotal(MOST);
    source.setMaxWait(Duration.ofMillis(timeout));
    source.getLogWriter(); // Which makes the pool.
    return source;
  }

  private static DataSource tomcat(int timeout) throws SQLException {
    PoolProperties config = new PoolProperties();
    config.setName("orders");
    config.setUrl(URL);
    config.setDriverClassName("org.h2.Driver");
    config.setMaxActive(MOST);
    config.setMaxIdle(MOST);
    config.setInitialSize(0);
    config.setMaxWait(timeout);
    org.apache.tomcat.jdbc.pool.DataSource source =
        new org.apache.tomcat.jdbc.pool.DataSource(config);
    source.createPool();
    return source;
  }
}
