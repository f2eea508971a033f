package dev.unpark.apps.postgres;

import dev.unpark.apps.parts.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own on a free port of the loopback interface, with its data in a
 * temporary folder. It refuses to run as root, so that root starts it as the user {@code postgres}.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private final Server server;
  private final int port;

  private PostgresServer(Server server, int port) {
    this.server = server;
    this.port = port;
  }

  /** The folder of its programs, of the newest version that is installed. */
  public static Optional<Path> installed() {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparing(Path::toString));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Leaves with status 2 and a message when none is installed. */
  static Path requireOrExit() {
    return installed()
        .orElseGet(
            () -> {
              System.err.printf(
                  "no PostgreSQL server%n  found:    nothing in %s%n  expected: VERSION/bin/initdb%n"
                      + "  try:      apt-get install postgresql%n",
                  DEBIAN);
              System.exit(2);
              return DEBIAN;
            });
  }

  static PostgresServer start(Path bin) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("unpark-payments");
    if (isRoot()) {
      Server.run(List.of("chown", "postgres", data.toString()));
    }
    List<String> initdb = new ArrayList<>(itsUser());
    initdb.addAll(List.of(bin.resolve("initdb").toString(), "-D", data + "/db"));
    initdb.addAll(List.of("-U", "shop", "-A", "trust", "--no-sync"));
    Server.run(initdb);
    int port = Server.freePort();
    List<String> postgres = new ArrayList<>();
    postgres.addAll(List.of(bin.resolve("postgres").toString(), "-D", data + "/db"));
    postgres.addAll(List.of("-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1"));
    postgres.addAll(List.of("-c", "unix_socket_directories=", "-c", "fsync=off"));
    return new PostgresServer(Server.start(itsUser(), postgres, "INT", data), port);
  }

  /** Where a driver finds it; it may not answer for its first second. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=shop";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static List<String> itsUser() {
    return isRoot()
        ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
        : List.of();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
