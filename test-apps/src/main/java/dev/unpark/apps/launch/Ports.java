package dev.unpark.apps.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * TCP ports of the loopback interface.
 *
 * <p>An answer is true at the moment it is given: another process may take the port before the one
 * for which it was sought.
 */
public final class Ports {
  private Ports() {}

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Some port that is free. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  /** That port when it is free, else another. */
  public static int preferred(int port) {
    return isFree(port) ? port : free();
  }
}
