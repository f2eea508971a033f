package dev.unpark.benchmarks.fleet;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A kept connection to OTLP/HTTP, as lean as can be: the generator shares its machine. */
final class Connection implements AutoCloseable {
  private final int port;
  private @Nullable Socket socket;
  private @Nullable InputStream in;
  private boolean toldWhen;
  private boolean tookAll;

  Connection(int port) {
    this.port = port;
  }

  /** Posts log records, waits for the answer, and says its status. */
  int post(byte[] packed) throws IOException {
    Socket to = socket;
    InputStream from = in;
    if (to == null || from == null) {
      to = new Socket(InetAddress.getLoopbackAddress(), port);
      to.setTcpNoDelay(true);
      to.setSoTimeout(30_000);
      from = new BufferedInputStream(to.getInputStream(), 512);
      socket = to;
      in = from;
    }
    byte[] head =
        ("POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: "
                + packed.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + packed.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(packed, 0, all, head.length, packed.length);
    to.getOutputStream().write(all);
    return answer(from);
  }

  /** Whether the last answer said when to come again. */
  boolean toldWhen() {
    return toldWhen;
  }

  /** Whether the last answer names nothing that was refused; one that takes all is empty. */
  boolean tookAll() {
    return tookAll;
  }

  private int answer(InputStream from) throws IOException {
    toldWhen = false;
    int status = Integer.parseInt(line(from).split(" ", 3)[1]);
    int length = 0;
    for (String line = line(from); !line.isEmpty(); line = line(from)) {
      String lower = line.toLowerCase(Locale.ROOT);
      toldWhen |= lower.startsWith("retry-after:");
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).trim());
      }
    }
    from.skipNBytes(length);
    tookAll = status == 200 && length == 0;
    return status;
  }

  private static String line(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = from.read(); c != '\n'; c = from.read()) {
      if (c < 0) {
        throw new EOFException("the collector closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    in = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException gone) {
      // It is closed either way.
    }
  }
}
