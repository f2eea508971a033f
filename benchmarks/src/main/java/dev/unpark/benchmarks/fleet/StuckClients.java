package dev.unpark.benchmarks.fleet;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers that hold a collector up: some send half a request and no more, some ask and never read the
 * answer, and one takes connections and never answers. They say that they are there by writing the
 * last one's port to a file, and then wait to be stopped or killed.
 *
 * <pre>
 *   StuckClients FILE [HTTP_PORT WEB_PORT COUNT]
 * </pre>
 */
public final class StuckClients {
  private StuckClients() {}

  public static void main(String[] arguments) throws IOException {
    List<Socket> open = new ArrayList<>();
    try (ServerSocket silent = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
      if (arguments.length > 1) {
        int count = Integer.parseInt(arguments[3]);
        for (int i = 0; i < count; i++) {
          open.add(half(Integer.parseInt(arguments[1])));
        }
        for (int i = 0; i < count / 3; i++) {
          open.add(deaf(Integer.parseInt(arguments[2]), i % 2 == 0 ? "/metrics" : "/api/fleet"));
        }
      }
      Path file = Path.of(arguments[0]);
      Path beside = Files.writeString(Path.of(arguments[0] + ".part"), "" + silent.getLocalPort());
      Files.move(beside, file);
      while (true) {
        open.add(silent.accept());
      }
    }
  }

  private static Socket half(int port) throws IOException {
    return asked(
        port,
        "POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
            + "Content-Length: 100000\r\n\r\nhalf of it");
  }

  /**
   * Asks many times over one connection, so that what waits to be read is more than a socket holds.
   */
  private static Socket deaf(int port, String path) throws IOException {
    return asked(port, ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").repeat(20));
  }

  private static Socket asked(int port, String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    OutputStream out = socket.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return socket;
  }
}
