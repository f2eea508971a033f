package dev.unpark.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.agent.transport.Transport.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that answer what no receiver should. */
@Timeout(20)
class HostileReceiverTest {
  private static final byte[] MESSAGE = new byte[100_000];
  private static final Duration PATIENCE = Duration.ofMillis(700);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage\r\n\r\n",
        "HTTP/1.1 nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
      })
  void givenAnAnswerThatIsNoYes_whenSent_thenItCountsAsNotSent(String answer) throws Exception {
    try (Server server = new Server(out -> out.write(answer.getBytes(StandardCharsets.UTF_8)))) {
      Transport http = Transports.http(target(server));

      assertThatThrownBy(() -> http.send(Signal.LOGS, MESSAGE)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nX: ",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void givenAnAnswerWithoutEnd_whenSent_thenNeitherMemoryNorTimeIsSpentOnIt(String beginning)
      throws Exception {
    byte[] more = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    try (Server server =
        new Server(
            out -> {
              out.write(beginning.getBytes(StandardCharsets.UTF_8));
              while (true) {
                out.write(more);
              }
            })) {
      Transport http = Transports.http(target(server));
      long begun = System.nanoTime();
      try {
        http.send(Signal.LOGS, MESSAGE);
      } catch (IOException notTaken) {
        // Either is right; what counts is that it comes back.
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.multipliedBy(5));
    }
  }

  @Test
  void givenOneByteAtATime_whenSent_thenThePatienceIsForAllOfThem() throws Exception {
    try (Server server =
        new Server(
            out -> {
              out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.UTF_8));
              while (true) {
                out.write('y');
                out.flush();
                Thread.sleep(20);
              }
            })) {
      Transport http = Transports.http(target(server));

      assertThatThrownBy(() -> http.send(Signal.LOGS, MESSAGE))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\7\0\0\0\0\0"})
  void givenAPeerThatSpeaksNoHttp2_whenCalledByGrpc_thenItCountsAsNotSent(String answer)
      throws Exception {
    try (Server server = new Server(out -> out.write(answer.getBytes(StandardCharsets.UTF_8)))) {
      Transport grpc = Transports.grpc(target(server));

      assertThatThrownBy(() -> grpc.send(Signal.LOGS, MESSAGE)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void givenHttp2FramesWithoutEnd_whenCalledByGrpc_thenItGivesUp() throws Exception {
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    try (Server server =
        new Server(
            out -> {
              while (true) {
                out.write(settings);
              }
            })) {
      Transport grpc = Transports.grpc(target(server));

      assertThatThrownBy(() -> grpc.send(Signal.LOGS, MESSAGE)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void givenAPeerThatNeverReads_whenAborted_thenTheSenderIsFree() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Transport http =
          Transports.http(
              new Target(
                  URI.create("http://127.0.0.1:" + deaf.getLocalPort()),
                  Map.of(),
                  false,
                  Tls.DEFAULT,
                  null,
                  Duration.ofSeconds(60)));
      Thread sender =
          new Thread(
              () -> {
                try {
                  http.send(Signal.LOGS, new byte[50_000_000]);
                } catch (IOException aborted) {
                  // As wanted.
                }
              });
      sender.start();
      while (sender.isAlive()) {
        http.abort();
        sender.join(50);
      }
    }
  }

  @Test
  void givenATlsRecordOneByteAtATime_whenSent_thenThePatienceIsForAllOfThem() throws Exception {
    try (Server server =
        new Server(
            out -> {
              out.write(new byte[] {22, 3, 3, 63, 0, 2});
              while (true) {
                out.write(0);
                out.flush();
                Thread.sleep(20);
              }
            })) {
      Transport http = Transports.http(secure(server.socket, Tls.DEFAULT, PATIENCE));

      assertThatThrownBy(() -> http.send(Signal.LOGS, MESSAGE)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void givenATlsPeerThatStopsReading_whenAborted_thenNobodyWaitsBehindTheSender(
      @TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.make(folder);
    Tls server = new Tls(null, certificates.server(), certificates.serverKey());
    try (SSLServerSocket deaf =
        (SSLServerSocket)
            server
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Transport http =
          Transports.http(
              secure(deaf, new Tls(certificates.server(), null, null), Duration.ofSeconds(60)));
      CountDownLatch greeted = new CountDownLatch(1);
      Server.daemon(
          () -> {
            SSLSocket client = (SSLSocket) deaf.accept();
            client.startHandshake();
            greeted.countDown();
            new CountDownLatch(1).await();
          });
      Thread sender =
          new Thread(
              () -> {
                try {
                  http.send(Signal.LOGS, new byte[50_000_000]);
                } catch (IOException aborted) {
                  // As wanted.
                }
              });
      sender.start();
      greeted.await();
      while (sender.isAlive()) {
        http.abort();
        sender.join(50);
      }
    }
  }

  private static Target secure(ServerSocket to, Tls tls, Duration patience) {
    return new Target(
        URI.create("https://127.0.0.1:" + to.getLocalPort()), Map.of(), false, tls, null, patience);
  }

  private static Target target(Server server) {
    return new Target(
        URI.create("http://127.0.0.1:" + server.socket.getLocalPort()),
        Map.of(),
        false,
        Tls.DEFAULT,
        null,
        PATIENCE);
  }

  private interface Answer {
    void write(OutputStream out) throws Exception;
  }

  /** Reads what comes, and answers the same to everybody. */
  private static final class Server implements AutoCloseable {
    final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    Server(Answer answer) throws IOException {
      daemon(
          () -> {
            while (!socket.isClosed()) {
              Socket client = socket.accept();
              daemon(() -> drain(client.getInputStream()));
              daemon(
                  () -> {
                    try (client) {
                      answer.write(client.getOutputStream());
                      client.getOutputStream().flush();
                      client.shutdownOutput();
                      Thread.sleep(PATIENCE.toMillis());
                    }
                  });
            }
          });
    }

    private static void drain(InputStream in) throws IOException {
      byte[] bytes = new byte[8192];
      while (in.read(bytes) >= 0) {
        // What was sent is of no interest.
      }
    }

    private interface Work {
      void run() throws Exception;
    }

    private static void daemon(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (Exception ended) {
                  // The other side has gone.
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
