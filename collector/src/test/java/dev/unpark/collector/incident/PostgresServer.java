package dev.unpark.collector.incident;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server on a free port of the loopback address, when one is installed. */
final class PostgresServer implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  private final Path bin;
  private final Path data;
  private final int port;

  private PostgresServer(Path bin, Path data, int port) {
    this.bin = bin;
    this.data = data;
    this.port = port;
  }

  /** The folder of its programs; null when there is none. */
  static @Nullable Path installed() throws IOException {
    if (!Files.isDirectory(INSTALLED)) {
      return null;
    }
    try (var versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
          .findFirst()
          .orElse(null);
    }
  }

  static PostgresServer start(Path bin) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("unpark-postgres");
    if (isRoot()) {
      // It refuses to run as root.
      run(List.of("chown", "postgres", data.toString()));
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    PostgresServer server = new PostgresServer(bin, data, port);
    server.pg("initdb", "-D", data + "/db", "-U", "unpark", "-A", "trust", "--no-sync");
    server.begin();
    return server;
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=unpark";
  }

  void begin() throws IOException, InterruptedException {
    pg(
        "pg_ctl",
        "-D",
        data + "/db",
        "-w",
        "-l",
        data + "/log",
        "-o",
        "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + data,
        "start");
  }

  void stop() throws IOException, InterruptedException {
    pg("pg_ctl", "-D", data + "/db", "-w", "-m", "immediate", "stop");
  }

  private void pg(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("unpark-postgres", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/tmp").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(command + " failed: " + Files.readString(log));
    }
    Files.delete(log);
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
      run(List.of("rm", "-rf", data.toString()));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
