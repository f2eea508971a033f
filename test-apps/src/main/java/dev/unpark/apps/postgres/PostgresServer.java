package dev.unpark.apps.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own on a free port of the loopback interface, with its data in a
 * temporary folder. It refuses to run as root, so that root starts it as the user {@code postgres}.
 *
 * <p>It ends with this JVM, however that ends: a shell holds its life against a pipe from us.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final long PATIENCE_SECONDS = 60;

  /** Runs the server until standard input ends, then stops it and takes its data away. */
  private static final String UNTIL_WE_END =
      "\"$0\" \"$@\" & server=$!; cat > /dev/null; kill -INT $server; wait $server; rm -rf \"$DATA\"";

  private final Process keeper;
  private final int port;

  private PostgresServer(Process keeper, int port) {
    this.keeper = keeper;
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
      run(List.of("chown", "postgres", data.toString()));
    }
    run(
        asItsUser(
            bin.resolve("initdb").toString(),
            "-D",
            data + "/db",
            "-U",
            "shop",
            "-A",
            "trust",
            "--no-sync"));
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                asItsUser(
                    "sh",
                    "-c",
                    UNTIL_WE_END,
                    bin.resolve("postgres").toString(),
                    "-D",
                    data + "/db",
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off"))
            .directory(data.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DATA", data.toString());
    return new PostgresServer(builder.start(), port);
  }

  /** Where a driver finds it; it may not answer for its first second. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=shop";
  }

  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close();
  }

  private static List<String> asItsUser(String... command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + output);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
