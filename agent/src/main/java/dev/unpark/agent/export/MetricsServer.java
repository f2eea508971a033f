package dev.unpark.agent.export;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} from inside the JVM, and {@code GET /waits}: the places where
 * threads wait most for locks.
 *
 * <p>One thread, one request at a time, one request a connection; a request has a second to arrive
 * and eight kilobytes to do so. However often it is asked, it reads the metrics once a second at
 * most.
 *
 * <p><b>Threading:</b> one thread {@link #run}s, any may {@link #stop}.
 */
public final class MetricsServer {
  private static final int BACKLOG = 16;
  private static final int PATIENCE_MILLIS = 1_000;
  private static final int LONGEST_REQUEST = 8_192;
  private static final long FRESH_NANOS = 1_000_000_000L;
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final ServerSocket socket;
  private final Supplier<String> metrics;
  private final Supplier<String> waits;
  private String last = "";
  private long readAt;

  MetricsServer(String host, int port, Supplier<String> metrics, Supplier<String> waits)
      throws IOException {
    this.socket = new ServerSocket(port, BACKLOG, InetAddress.getByName(host));
    this.metrics = metrics;
    this.waits = waits;
  }

  /** Where it listens. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Answers until stopped. */
  public void run() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client.setSoTimeout(PATIENCE_MILLIS);
        answer(client);
      } catch (IOException gone) {
        // The one who asked, or this server: see the condition.
      }
    }
  }

  /** Ends {@link #run}. */
  public void stop() {
    try {
      socket.close();
    } catch (IOException closedAnyway) {
      // Nobody is left to be told.
    }
  }

  private void answer(Socket client) throws IOException {
    String[] request = requestLine(client).split(" ");
    String path = request.length < 2 ? "" : request[1].split("\\?", 2)[0];
    if (request.length < 3) {
      reply(client, "400 Bad Request", TEXT, "");
    } else if (!request[0].equals("GET")) {
      reply(client, "405 Method Not Allowed", TEXT, "");
    } else if (path.equals("/metrics")) {
      reply(client, "200 OK", METRICS, current());
    } else if (path.equals("/waits")) {
      reply(client, "200 OK", TEXT, waits.get());
    } else {
      reply(client, "404 Not Found", TEXT, "");
    }
  }

  private String current() {
    long now = System.nanoTime();
    if (last.isEmpty() || now - readAt > FRESH_NANOS) {
      last = metrics.get();
      readAt = now;
    }
    return last;
  }

  /** The first line; the rest is read, so that the answer is not lost with a reset. */
  private static String requestLine(Socket client) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_REQUEST && System.nanoTime() - end < 0) {
      int octet = in.read();
      if (octet < 0) {
        break;
      }
      head.append((char) octet);
      if (octet == '\n' && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) >= 0) {
        break;
      }
    }
    return head.toString().lines().findFirst().orElse("");
  }

  private static void reply(Socket client, String status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, type, bytes.length);
    OutputStream out = client.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }
}
