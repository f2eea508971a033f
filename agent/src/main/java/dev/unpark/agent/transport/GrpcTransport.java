package dev.unpark.agent.transport;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over gRPC: one unary call at a time, over HTTP/2 with prior knowledge, or negotiated inside
 * TLS.
 */
final class GrpcTransport implements Transport {
  private final Target target;
  private volatile @Nullable Connection connection;
  private @Nullable Http2 session;

  GrpcTransport(Target target) {
    this.target = target;
  }

  @Override
  public void send(Signal signal, byte[] message) throws IOException {
    byte[] head = head(signal);
    byte[] framed = framed(target.packed(message));
    Deadline deadline = new Deadline(target.timeout());
    Connection kept = connection;
    Http2 before = session;
    if (kept != null && before != null && before.open()) {
      try {
        kept.patience(deadline);
        judge(exchange(before, head, framed));
        return;
      } catch (EOFException | SocketException stale) {
        kept.close(); // Closed meanwhile: once more, on a new one.
      }
    } else if (kept != null) {
      kept.close();
    }
    Connection fresh = Connection.open(target, target.secure() ? "h2" : null, true, deadline);
    connection = fresh;
    Http2 next = new Http2(fresh);
    session = next;
    judge(exchange(next, head, framed));
  }

  private Http2.Answer exchange(Http2 over, byte[] head, byte[] framed) throws IOException {
    try {
      return over.exchange(head, framed);
    } catch (IOException | RuntimeException broken) {
      // In the middle of something: nothing else can be said over it.
      session = null;
      Connection now = connection;
      if (now != null) {
        now.close();
      }
      throw broken;
    }
  }

  private byte[] head(Signal signal) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    HeaderBlock.write(head, ":method", "POST");
    HeaderBlock.write(head, ":scheme", target.secure() ? "https" : "http");
    HeaderBlock.write(head, ":path", signal.method());
    HeaderBlock.write(head, ":authority", target.authority());
    HeaderBlock.write(head, "te", "trailers");
    HeaderBlock.write(head, "content-type", "application/grpc");
    HeaderBlock.write(head, "user-agent", "unpark-agent");
    if (target.gzip()) {
      HeaderBlock.write(head, "grpc-encoding", "gzip");
    }
    HeaderBlock.write(head, "grpc-timeout", target.timeout().toMillis() + "m");
    target
        .headers()
        .forEach((name, value) -> HeaderBlock.write(head, name.toLowerCase(Locale.ROOT), value));
    return head.toByteArray();
  }

  /** Whether packed, four bytes of length, message. */
  private byte[] framed(byte[] message) {
    int length = message.length;
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(target.gzip() ? 1 : 0);
    out.write(length >> 24);
    out.write(length >> 16);
    out.write(length >> 8);
    out.write(length);
    out.writeBytes(message);
    return out.toByteArray();
  }

  private static void judge(Http2.Answer answer) throws IOException {
    String status = answer.trailers().get("grpc-status");
    if (status == null) {
      throw new RefusedException(
          "HTTP %s without a gRPC status; is this a gRPC receiver?"
              .formatted(answer.headers().getOrDefault(":status", "2")));
    }
    if (!status.equals("0")) {
      String why = answer.trailers().getOrDefault("grpc-message", "");
      throw new RefusedException(("gRPC status " + status + " " + decoded(why)).strip());
    }
  }

  private static String decoded(String message) {
    try {
      return URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return message;
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
