package dev.unpark.agent.program;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** A real database that answers with errors, two of them about locks. Argument: the folder. */
public final class DatabaseTrouble {
  private static final String URL = "jdbc:h2:mem:trouble;LOCK_TIMEOUT=";

  private DatabaseTrouble() {}

  public static void main(String[] arguments) throws Exception {
    try (Connection first = DriverManager.getConnection(URL + "10000");
        Connection second = DriverManager.getConnection(URL + "10000");
        Connection hasty = DriverManager.getConnection(URL + "100")) {
      execute(first, "create table account(id int primary key, amount int)");
      execute(first, "insert into account values(1, 0), (2, 0)");
      Signal.await(Path.of(arguments[0]));
      System.out.println(execute(first, "no such statement"));
      System.out.println(execute(first, "insert into account values(1, 0)"));
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      execute(first, "update account set amount = 1 where id = 1");
      System.out.println(execute(hasty, "update account set amount = 2 where id = 1"));
      execute(second, "update account set amount = 3 where id = 2");
      Thread other = new Thread(() -> settle(first, 2), "other");
      other.start();
      settle(second, 1);
      other.join();
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  /** Either of the two is told that there was a deadlock, and gives in. */
  private static void settle(Connection connection, int account) {
    try {
      String answer = execute(connection, "update account set amount = 4 where id = " + account);
      if (!answer.isEmpty()) {
        System.out.println(answer);
      }
      connection.rollback();
    } catch (SQLException failed) {
      System.out.println(failed);
    }
  }

  private static String execute(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return "";
    } catch (SQLException failed) {
      return failed.getSQLState() + " " + failed.getErrorCode();
    }
  }
}
