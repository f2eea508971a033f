package dev.unpark.agent.transport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to the receiver, through a proxy and TLS where so configured.
 *
 * <p><b>Threading:</b> one thread; {@link #close} from any.
 */
final class Connection implements AutoCloseable {
  private static final int LONGEST_LINE = 8_192;
  private static final int DEFAULT_PROXY_PORT = 8080;

  private final Wire wire;
  private final InputStream in;
  private final OutputStream out;

  private Connection(Wire wire, Socket socket) throws IOException {
    this.wire = wire;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16_384);
  }

  /**
   * The TCP connection below, on which every single read has no more patience than is left of the
   * request's: TLS reads on until a record is complete, however little comes at a time.
   */
  private static final class Wire extends Socket {
    private volatile Deadline deadline;

    Wire(Deadline deadline) {
      // Without a proxy said to be none, the JDK would ask the application's proxy selector.
      super(Proxy.NO_PROXY);
      this.deadline = deadline;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          setSoTimeout(deadline.left());
          return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          setSoTimeout(deadline.left());
          return super.read(bytes, offset, length);
        }

        @Override
        public int available() {
          return 0; // Or BufferedInputStream would read on where nothing has come.
        }
      };
    }
  }

  /**
   * Connects.
   *
   * @param protocol to negotiate inside TLS, such as {@code h2}; null for none
   * @param tunnel whether to ask a proxy for a tunnel even without TLS
   */
  static Connection open(
      Target target, @Nullable String protocol, boolean tunnel, Deadline deadline)
      throws IOException {
    URI proxy = target.proxy();
    Wire socket = new Wire(deadline);
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          proxy == null
              ? new InetSocketAddress(bare(target.host()), target.port())
              : new InetSocketAddress(
                  bare(proxy.getHost()),
                  proxy.getPort() < 0 ? DEFAULT_PROXY_PORT : proxy.getPort()),
          deadline.left());
      if (proxy != null && (tunnel || target.secure())) {
        askForTunnel(new Connection(socket, socket), target);
      }
      return new Connection(socket, target.secure() ? secure(socket, target, protocol) : socket);
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static Socket secure(Socket plain, Target target, @Nullable String protocol)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            target
                .tls()
                .context()
                .getSocketFactory()
                .createSocket(plain, bare(target.host()), target.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (protocol != null) {
      parameters.setApplicationProtocols(new String[] {protocol});
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (protocol != null && !protocol.equals(socket.getApplicationProtocol())) {
      throw new IOException("the receiver does not speak " + protocol + " over TLS");
    }
    return socket;
  }

  private static void askForTunnel(Connection connection, Target target) throws IOException {
    String to = target.host() + ":" + target.port();
    connection.out.write(
        ("CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n" + authorization(target) + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    connection.out.flush();
    String status = connection.line();
    if (!status.matches("HTTP/1\\.[01] 2\\d\\d.*")) {
      throw new IOException("the proxy answers '" + status + "'");
    }
    while (!connection.line().isEmpty()) {
      // A proxy's headers tell nothing that is needed.
    }
  }

  /** The line that tells a proxy who we are, or nothing. */
  static String authorization(Target target) {
    String who = target.proxy() == null ? null : target.proxy().getUserInfo();
    return who == null
        ? ""
        : "Proxy-Authorization: Basic "
            + Base64.getEncoder().encodeToString(who.getBytes(StandardCharsets.UTF_8))
            + "\r\n";
  }

  /** Begins another request. */
  void patience(Deadline next) {
    wire.deadline = next;
  }

  OutputStream out() {
    return out;
  }

  /** One byte. */
  int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the receiver has closed the connection");
    }
    return octet;
  }

  byte[] bytes(int number) throws IOException {
    byte[] bytes = in.readNBytes(number);
    if (bytes.length < number) {
      throw new EOFException("the receiver has closed the connection");
    }
    return bytes;
  }

  /** One line without its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = octet(); octet != '\n'; octet = octet()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  /** Without TLS's farewell, for which it would wait behind a write that hangs. */
  @Override
  public void close() {
    try {
      wire.close();
    } catch (IOException closedAnyway) {
      // Nobody is left to be told.
    }
  }
}
