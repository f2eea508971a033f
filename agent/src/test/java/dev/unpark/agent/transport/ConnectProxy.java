package dev.unpark.agent.transport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy that tunnels, and passes plain requests on. */
final class ConnectProxy implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile String credentials = "";

  ConnectProxy() throws IOException {
    threads.execute(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** User and password that came last. */
  String credentials() {
    return credentials;
  }

  void reset() {
    credentials = "";
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      String request = line(in);
      String head = "";
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.startsWith("Proxy-Authorization: Basic ")) {
          credentials =
              new String(
                  Base64.getDecoder()
                      .decode(line.substring("Proxy-Authorization: Basic ".length())),
                  StandardCharsets.UTF_8);
        } else {
          head += line + "\r\n";
        }
      }
      String[] words = request.split(" ");
      boolean tunnel = words[0].equals("CONNECT");
      URI to = URI.create(tunnel ? "any://" + words[1] : words[1]);
      try (Socket server = new Socket(to.getHost(), to.getPort())) {
        if (tunnel) {
          write(client.getOutputStream(), "HTTP/1.1 200 Connection established\r\n\r\n");
        } else {
          write(server.getOutputStream(), "POST " + to.getPath() + " HTTP/1.1\r\n" + head + "\r\n");
        }
        threads.execute(() -> pump(in, server));
        server.getInputStream().transferTo(client.getOutputStream());
      }
    } catch (IOException gone) {
      // One of them has hung up.
    }
  }

  private static void pump(InputStream in, Socket to) {
    try {
      byte[] bytes = new byte[8192];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        to.getOutputStream().write(bytes, 0, read);
      }
    } catch (IOException gone) {
      // One of them has hung up.
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("hung up");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
