package dev.unpark.collector.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers that ask and do not read. */
class OutgoingTest {
  /** More than the buffers of a connection take. */
  private static final int LARGE = 16 << 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Socket> readers = new ArrayList<>();
  private Server server;

  @BeforeEach
  void start() {
    var builder = Server.builder().http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    new Outgoing(2 * LARGE - 1, Duration.ofSeconds(3)).addTo(builder);
    server =
        builder
            .service(
                "/large",
                (context, request) ->
                    HttpResponse.of(
                        HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(new byte[LARGE])))
            .service("/healthz", (context, request) -> HttpResponse.of(HttpStatus.OK))
            .build();
    server.start().join();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket reader : readers) {
      reader.close();
    }
    server.stop().join();
  }

  @Test
  void givenReadersThatDoNotRead_whenTheirAnswersFillTheMemory_thenOthersAreToldAndTheyAreHungUpOn()
      throws Exception {
    assertThat(status("/large")).isEqualTo(200);
    askWithoutReading();
    askWithoutReading();

    await().until(() -> status("/large") == 503);
    assertThat(status("/healthz")).isEqualTo(200);

    await().until(() -> status("/large") == 200);
  }

  private void askWithoutReading() throws IOException {
    Socket reader = new Socket();
    readers.add(reader);
    reader.setReceiveBufferSize(4_096);
    reader.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.activeLocalPort()));
    reader
        .getOutputStream()
        .write(
            "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private int status(String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.activeLocalPort() + path))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
