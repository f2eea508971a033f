package dev.unpark.apps.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that a program starts beside itself, with data in a temporary folder.
 *
 * <p>It ends with this JVM, however that ends, and its data with it: a shell holds its life against
 * a pipe from us.
 */
public final class Server implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** Runs the server until standard input ends, then stops it and takes its data away. */
  private static final String UNTIL_WE_END =
      "\"$0\" \"$@\" & server=$!; cat > /dev/null; kill -$STOP $server; wait $server; rm -rf \"$DATA\"";

  private final Process keeper;

  private Server(Process keeper) {
    this.keeper = keeper;
  }

  /**
   * Starts it.
   *
   * @param user what to put in front of a command, so that it runs as the right user; may be empty
   * @param stop the signal that ends it
   * @param data its folder, which is deleted when it has ended
   */
  public static Server start(List<String> user, List<String> command, String stop, Path data)
      throws IOException {
    List<String> whole = new ArrayList<>(user);
    whole.addAll(List.of("sh", "-c", UNTIL_WE_END));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(data.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DATA", data.toString());
    builder.environment().put("STOP", stop);
    return new Server(builder.start());
  }

  /** Whether it, or the shell that keeps it, still runs. */
  public boolean isAlive() {
    return keeper.isAlive();
  }

  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close();
  }

  /** Runs a command to its end, as is needed before a server can start. */
  public static void run(List<String> command) throws IOException, InterruptedException {
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

  /** A port of the loopback interface that is free now. */
  public static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
