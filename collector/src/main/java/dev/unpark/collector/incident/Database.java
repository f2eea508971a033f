package dev.unpark.collector.incident;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the database, made anew when it breaks.
 *
 * <p>SQLite is the default: one file, no server, and what is committed stays after a {@code kill
 * -9} or a loss of power, since each commit waits for the disk. It knows the same {@code ON
 * CONFLICT} as PostgreSQL, so that there is one set of statements.
 *
 * <p><b>Threading:</b> any thread may call anything; transactions take turns.
 */
public final class Database implements AutoCloseable {
  /** Where the statements of our schema lie; the newest of them is of this version. */
  private static final String MIGRATIONS = "classpath:db/incidents";

  private static final String NEWEST = "2";

  private final String url;
  private final @Nullable FileChannel lock;
  private @Nullable Connection connection;
  private boolean closed;

  /** What is done in one transaction. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  private Database(String url, @Nullable FileChannel lock) {
    this.url = url;
    this.lock = lock;
  }

  /** The file {@code incidents.db} in that folder, which no other process may use meanwhile. */
  public static Database inFolder(Path folder) throws IOException, IncidentStore.Unavailable {
    Files.createDirectories(folder);
    FileChannel lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean mine;
    try {
      mine = lock.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      mine = false;
    }
    if (!mine) {
      lock.close();
      throw new IOException("another collector uses it");
    }
    return migrated(
        new Database("jdbc:sqlite:" + folder.resolve("incidents.db").toAbsolutePath(), lock));
  }

  /**
   * The same, to be read only, also while a collector uses it.
   *
   * @throws IOException when there is none that this version can read
   */
  public static Database toRead(Path folder) throws IOException, IncidentStore.Unavailable {
    Path file = folder.resolve("incidents.db");
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no '" + file + "'");
    }
    return current(new Database("jdbc:sqlite:" + file.toAbsolutePath(), null));
  }

  /** A PostgreSQL server, to be read only. */
  public static Database toRead(String url) throws IOException, IncidentStore.Unavailable {
    return current(new Database(url, null));
  }

  private static Database current(Database database) throws IOException, IncidentStore.Unavailable {
    try {
      if (database.inTransaction(Database::isNewest)) {
        return database;
      }
    } catch (IncidentStore.Unavailable failure) {
      database.close();
      throw failure;
    }
    database.close();
    throw new IOException("its tables are of another version; start this collector with it once");
  }

  /** A PostgreSQL server: {@code jdbc:postgresql://host/name?user=…&password=…}. */
  public static Database at(String url) throws IncidentStore.Unavailable {
    return migrated(new Database(url, null));
  }

  private static Database migrated(Database database) throws IncidentStore.Unavailable {
    try {
      // Looking takes a millisecond, and Flyway half a second of every start.
      if (!database.inTransaction(Database::isNewest)) {
        database.migrate();
      }
      return database;
    } catch (FlywayException failure) {
      database.close();
      throw new IncidentStore.Unavailable(
          "cannot bring its tables up to date: " + database.said(failure), failure);
    } catch (IncidentStore.Unavailable failure) {
      database.close();
      throw failure;
    }
  }

  private void migrate() {
    Flyway.configure()
        .dataSource(url, null, null)
        .locations(MIGRATIONS)
        .failOnMissingLocations(true)
        .load()
        .migrate();
  }

  private static boolean isNewest(Connection connection) throws SQLException {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, null, "flyway_schema_history", null)) {
      if (!tables.next()) {
        return false;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT version FROM flyway_schema_history WHERE success"
                    + " ORDER BY installed_rank DESC LIMIT 1")) {
      return found.next() && NEWEST.equals(found.getString(1));
    }
  }

  /** Another connection to the same. */
  Database another() {
    return new Database(url, null);
  }

  /** Does the work and commits it, all or nothing. */
  synchronized <T> T inTransaction(Work<T> work) throws IncidentStore.Unavailable {
    try {
      Connection open = open();
      T result = work.with(open);
      open.commit();
      return result;
    } catch (SQLException failure) {
      // Whatever broke, the next transaction starts on a connection of its own.
      drop();
      throw new IncidentStore.Unavailable(said(failure), failure);
    }
  }

  /** What it says of itself, without the URL, which may hold a password. */
  private String said(Exception failure) {
    return String.valueOf(failure.getMessage())
        .replace(url, "the database")
        .replaceAll("(?i)(password=)[^&\\s)]*", "$1***");
  }

  private Connection open() throws SQLException {
    if (closed) {
      throw new SQLException("the store is closed");
    }
    Connection open = connection;
    if (open == null) {
      Properties properties = new Properties();
      if (url.startsWith("jdbc:sqlite:")) {
        properties.put("journal_mode", "WAL");
        properties.put("synchronous", "FULL");
        properties.put("foreign_keys", "true");
        properties.put("busy_timeout", "5000");
        // What a long transaction has blown it up to is given back.
        properties.put("journal_size_limit", "16777216");
      } else {
        properties.put("connectTimeout", "5");
        properties.put("socketTimeout", "20");
        properties.put("ApplicationName", "unpark-collector");
      }
      open = DriverManager.getConnection(url, properties);
      open.setAutoCommit(false);
      connection = open;
    }
    return open;
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException gone) {
        // It is broken already.
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    drop();
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException gone) {
        // The lock ends with the process at the latest.
      }
    }
  }
}
