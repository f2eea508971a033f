package dev.unpark.agent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * As much of HTTP/2 (RFC 9113) as one request at a time needs, from the client's side: frames, flow
 * control, and what the peer may say in between.
 *
 * <p><b>Threading:</b> one thread. Bounded: a header block and a body of {@value #LONGEST} bytes,
 * {@value #MOST_FRAMES} frames per answer.
 */
final class Http2 {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;

  private static final int SETTING_TABLE_SIZE = 1;
  private static final int SETTING_PUSH = 2;
  private static final int SETTING_WINDOW = 4;

  private static final int FRAME = 16_384;
  private static final int WINDOW = 65_535;
  private static final int LONGEST = 64 * 1024;
  private static final int MOST_FRAMES = 10_000;

  private final Connection connection;
  private final OutputStream out;
  private long window = WINDOW;
  private long newStreamWindow = WINDOW;
  private long streamWindow;
  private int stream = -1;
  private boolean goingAway;
  private int frames;

  // Of the answer that is being read.
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Map<String, String> headers = Map.of();
  private Map<String, String> trailers = Map.of();
  private boolean answered;

  /**
   * What came back.
   *
   * @param trailers the headers themselves when there was no body
   */
  record Answer(Map<String, String> headers, Map<String, String> trailers, byte[] body) {}

  private record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /** Greets the peer. */
  Http2(Connection connection) throws IOException {
    this.connection = connection;
    this.out = connection.out();
    out.write(PREFACE);
    ByteArrayOutputStream settings = new ByteArrayOutputStream();
    setting(settings, SETTING_TABLE_SIZE, 0);
    setting(settings, SETTING_PUSH, 0);
    write(SETTINGS, 0, 0, settings.toByteArray(), 0, settings.size());
  }

  private static void setting(ByteArrayOutputStream settings, int key, int value) {
    settings.write(key >> 8);
    settings.write(key);
    settings.writeBytes(number(value));
  }

  /** Whether another request may be sent. */
  boolean open() {
    return !goingAway && stream < Integer.MAX_VALUE - 2;
  }

  /** Sends a request and waits for the end of its answer. */
  Answer exchange(byte[] head, byte[] message) throws IOException {
    stream += 2;
    streamWindow = newStreamWindow;
    frames = 0;
    answered = false;
    headers = Map.of();
    trailers = Map.of();
    body.reset();
    writeHead(head);
    writeBody(message);
    while (!answered) {
      take(read());
    }
    return new Answer(headers, trailers, body.toByteArray());
  }

  private void writeHead(byte[] head) throws IOException {
    int sent = Math.min(FRAME, head.length);
    write(HEADERS, sent == head.length ? END_HEADERS : 0, stream, head, 0, sent);
    while (sent < head.length) {
      int length = Math.min(FRAME, head.length - sent);
      write(
          CONTINUATION, sent + length == head.length ? END_HEADERS : 0, stream, head, sent, length);
      sent += length;
    }
  }

  private void writeBody(byte[] message) throws IOException {
    int sent = 0;
    while (sent < message.length && !answered) {
      long room = Math.min(window, streamWindow);
      if (room <= 0) {
        out.flush();
        take(read());
        continue;
      }
      int length = (int) Math.min(Math.min(FRAME, room), message.length - sent);
      sent += length;
      write(DATA, sent == message.length ? END_STREAM : 0, stream, message, sent - length, length);
      window -= length;
      streamWindow -= length;
    }
    out.flush();
    goingAway |=
        sent < message.length; // Answered too early: the rest of it is owed on this stream.
  }

  private void write(int type, int flags, int on, byte[] payload, int from, int length)
      throws IOException {
    out.write(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
    out.write(type);
    out.write(flags);
    out.write(number(on));
    out.write(payload, from, length);
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 255) << 24
        | (bytes[at + 1] & 255) << 16
        | (bytes[at + 2] & 255) << 8
        | bytes[at + 3] & 255;
  }

  private Frame read() throws IOException {
    if (++frames > MOST_FRAMES) {
      throw new IOException("an answer of more than " + MOST_FRAMES + " frames");
    }
    byte[] head = connection.bytes(9);
    int length = (head[0] & 255) << 16 | (head[1] & 255) << 8 | head[2] & 255;
    if (length > FRAME) {
      throw new IOException("an answer that is no HTTP/2: a frame of " + length + " bytes");
    }
    return new Frame(
        head[3], head[4], number(head, 5) & Integer.MAX_VALUE, connection.bytes(length));
  }

  private void take(Frame frame) throws IOException {
    switch (frame.type()) {
      case DATA -> data(frame);
      case HEADERS -> headers(frame);
      case RST_STREAM -> {
        if (frame.stream() == stream) {
          throw new IOException("the receiver gave the request up, code " + code(frame, 0));
        }
      }
      case SETTINGS -> settings(frame);
      case PING -> {
        if (!frame.has(ACK)) {
          write(PING, ACK, 0, frame.payload(), 0, frame.payload().length);
          out.flush();
        }
      }
      case GOAWAY -> {
        goingAway = true;
        if (code(frame, 0) < stream) {
          throw new IOException("the receiver closes the connection, code " + code(frame, 4));
        }
      }
      case WINDOW_UPDATE -> {
        int more = code(frame, 0) & Integer.MAX_VALUE;
        if (frame.stream() == 0) {
          window += more;
        } else if (frame.stream() == stream) {
          streamWindow += more;
        }
      }
      case PUSH_PROMISE, CONTINUATION -> throw new IOException("an unasked-for frame");
      default -> {} // By the standard, what is unknown is ignored.
    }
  }

  private static int code(Frame frame, int at) throws IOException {
    if (frame.payload().length < at + 4) {
      throw new IOException("a frame that ends too early");
    }
    return number(frame.payload(), at);
  }

  private void settings(Frame frame) throws IOException {
    if (frame.has(ACK)) {
      return;
    }
    byte[] payload = frame.payload();
    for (int at = 0; at + 6 <= payload.length; at += 6) {
      if (((payload[at] & 255) << 8 | payload[at + 1] & 255) == SETTING_WINDOW) {
        int size = number(payload, at + 2) & Integer.MAX_VALUE;
        streamWindow += size - newStreamWindow;
        newStreamWindow = size;
      }
    }
    write(SETTINGS, ACK, 0, payload, 0, 0);
    out.flush();
  }

  private void data(Frame frame) throws IOException {
    int length = frame.payload().length;
    if (length > 0) {
      write(WINDOW_UPDATE, 0, 0, number(length), 0, 4);
      out.flush();
    }
    if (frame.stream() != stream) {
      return;
    }
    byte[] content = content(frame, 0);
    if (body.size() + content.length > LONGEST) {
      throw new IOException("an answer of more than " + LONGEST + " bytes");
    }
    body.writeBytes(content);
    answered |= frame.has(END_STREAM);
  }

  /** The payload without padding, and without so many bytes at its beginning. */
  private static byte[] content(Frame frame, int skip) throws IOException {
    byte[] payload = frame.payload();
    int from = skip;
    int to = payload.length;
    if (frame.has(PADDED) && to > 0) {
      from++;
      to -= payload[0] & 255;
    }
    if (from > to) {
      throw new IOException("a frame of padding only");
    }
    return Arrays.copyOfRange(payload, from, to);
  }

  private void headers(Frame frame) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(content(frame, frame.has(PRIORITY) ? 5 : 0));
    boolean complete = frame.has(END_HEADERS);
    while (!complete) {
      Frame more = read();
      if (more.type() != CONTINUATION || block.size() > LONGEST) {
        throw new IOException("headers without an end");
      }
      block.writeBytes(more.payload());
      complete = more.has(END_HEADERS);
    }
    Map<String, String> read = HeaderBlock.read(block.toByteArray());
    if (frame.stream() != stream) {
      return;
    }
    String status = read.getOrDefault(":status", "");
    if (status.startsWith("1")) {
      return;
    }
    if (headers.isEmpty()) {
      headers = read;
    }
    trailers = read;
    answered |= frame.has(END_STREAM);
  }
}
