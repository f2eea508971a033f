package dev.unpark.agent.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over HTTP/1.1.
 *
 * <p>Of an answer only the status counts. Its body is read to the end, if it is short, so that the
 * connection can be used again; a longer one costs the connection.
 */
final class HttpTransport implements Transport {
  private static final int MOST_HEADERS = 100;
  private static final int MOST_INTERIM = 10;
  private static final int LONGEST_BODY = 64 * 1024;

  private final Target target;
  private volatile @Nullable Connection connection;

  HttpTransport(Target target) {
    this.target = target;
  }

  @Override
  public void send(Signal signal, byte[] message) throws IOException {
    byte[] body = target.packed(message);
    Deadline deadline = new Deadline(target.timeout());
    Connection kept = connection;
    if (kept != null) {
      try {
        exchange(kept, signal, body, deadline);
        return;
      } catch (StaleException stale) {
        kept.close(); // The receiver had closed it meanwhile: once more, on a new one.
        connection = null;
      }
    }
    Connection fresh = Connection.open(target, null, false, deadline);
    connection = fresh;
    exchange(fresh, signal, body, deadline);
  }

  /** Nothing came back, so nothing was read from the request either. */
  private static final class StaleException extends IOException {
    private static final long serialVersionUID = 1;

    StaleException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private void exchange(Connection over, Signal signal, byte[] body, Deadline deadline)
      throws IOException {
    over.patience(deadline);
    boolean again = false;
    try {
      String status;
      try {
        write(over.out(), signal, body);
        status = over.line();
      } catch (EOFException | SocketException gone) {
        throw new StaleException(gone);
      }
      for (int i = 0; status.startsWith("HTTP/1.1 1") && i < MOST_INTERIM; i++) {
        readHeaders(over);
        status = over.line();
      }
      Headers headers = readHeaders(over);
      judge(status);
      again = headers.keepAlive && (status.startsWith("HTTP/1.1 204") || skipBody(over, headers));
    } finally {
      if (!again) {
        over.close();
        connection = null;
      }
    }
  }

  private void write(OutputStream out, Signal signal, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder(512);
    head.append("POST ");
    if (target.proxy() != null && !target.secure()) {
      head.append("http://").append(target.authority());
    }
    head.append(target.prefix()).append(signal.path()).append(" HTTP/1.1\r\nHost: ");
    head.append(target.authority()).append("\r\nUser-Agent: unpark-agent\r\n");
    if (!target.secure()) {
      head.append(Connection.authorization(target));
    }
    head.append("Content-Type: application/x-protobuf\r\n");
    if (target.gzip()) {
      head.append("Content-Encoding: gzip\r\n");
    }
    target
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  /** What an answer's headers say of its body. */
  private static final class Headers {
    boolean keepAlive = true;
    boolean chunked;
    long length = -1;
  }

  private static Headers readHeaders(Connection connection) throws IOException {
    Headers headers = new Headers();
    int number = 0;
    for (String line = connection.line(); !line.isEmpty(); line = connection.line()) {
      if (++number > MOST_HEADERS) {
        throw new IOException("an answer of more than " + MOST_HEADERS + " headers");
      }
      String lower = line.toLowerCase(Locale.ROOT);
      String value = lower.substring(lower.indexOf(':') + 1).strip();
      if (lower.startsWith("content-length:")) {
        headers.length = number(value, 10);
      } else if (lower.startsWith("transfer-encoding:")) {
        headers.chunked = value.contains("chunked");
      } else if (lower.startsWith("connection:")) {
        headers.keepAlive = !value.contains("close");
      }
    }
    return headers;
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException garbage) {
      throw new IOException("an answer that is no HTTP: length '" + digits + "'", garbage);
    }
  }

  /** Whether the body was read to its end. */
  private static boolean skipBody(Connection connection, Headers headers) throws IOException {
    if (!headers.chunked) {
      if (headers.length < 0 || headers.length > LONGEST_BODY) {
        return false;
      }
      connection.bytes((int) headers.length);
      return true;
    }
    long total = 0;
    while (true) {
      String size = connection.line();
      long length = number(size.split(";", 2)[0].strip(), 16);
      total += length;
      if (length < 0 || total > LONGEST_BODY) {
        return false;
      }
      connection.bytes((int) length);
      if (length == 0) {
        readHeaders(connection);
        return true;
      }
      connection.line();
    }
  }

  private static void judge(String status) throws IOException {
    if (!status.matches("HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("an answer that is no HTTP/1.1");
    }
    String code = status.substring("HTTP/1.1 ".length());
    if (!code.startsWith("2")) {
      throw new RefusedException("HTTP " + code.strip());
    }
  }

  @Override
  public void abort() {
    Connection now = connection;
    if (now != null) {
      now.close();
    }
  }
}
