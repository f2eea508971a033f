package dev.unpark.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.unpark.agent.transport.Transport.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both transports against a real server, in clear and over TLS, directly and by a proxy. */
@Timeout(60)
class TransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Larger than HTTP/2's windows, so that the sender has to wait for room. */
  private static final byte[] LARGE = message(300_000);

  @TempDir static Path folder;
  private static Certificates certificates;
  private static OtlpServer server;
  private static ConnectProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    certificates = Certificates.make(folder);
    server = new OtlpServer(certificates);
    proxy = new ConnectProxy();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    proxy.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http, false, false", "http, true, false", "http, false, true", "http, true, true",
    "grpc, false, false", "grpc, true, false", "grpc, false, true", "grpc, true, true"
  })
  void givenAReceiver_whenManyAreSent_thenAllArriveAsTheyWere(
      String protocol, boolean gzip, boolean tls) throws Exception {
    server.reset();
    Transport transport = transport(protocol, gzip, tls, null, Map.of("X-Key", "secret 1"));

    for (int i = 0; i < 20; i++) {
      transport.send(Signal.LOGS, LARGE);
    }

    assertThat(server.received()).hasSize(20).allMatch(one -> one.equals(parsed(LARGE)));
    assertThat(server.lastKey()).isEqualTo("secret 1");
    assertThat(server.connections()).isEqualTo(1);
    transport.abort();
  }

  @ParameterizedTest
  @CsvSource({"http, false", "http, true", "grpc, false", "grpc, true"})
  void givenAProxy_whenSent_thenItGoesThatWay(String protocol, boolean tls) throws Exception {
    server.reset();
    proxy.reset();
    Transport transport =
        transport(
            protocol, true, tls, URI.create("http://joe:pw@127.0.0.1:" + proxy.port()), Map.of());

    transport.send(Signal.LOGS, LARGE);

    assertThat(server.received()).hasSize(1);
    assertThat(proxy.credentials()).isEqualTo("joe:pw");
    transport.abort();
  }

  @ParameterizedTest
  @CsvSource({"http", "grpc"})
  void givenAReceiverThatRefuses_whenSent_thenItsReasonIsTold(String protocol) {
    server.reset();
    Transport transport = transport(protocol, true, false, null, Map.of("X-Refuse", "yes"));

    assertThatThrownBy(() -> transport.send(Signal.LOGS, LARGE))
        .isInstanceOf(RefusedException.class)
        .hasMessageMatching("HTTP 429.*|gRPC status 8 too much, too soon");
    assertThatThrownBy(() -> transport.send(Signal.LOGS, LARGE))
        .isInstanceOf(RefusedException.class);
    transport.abort();
  }

  @ParameterizedTest
  @CsvSource({"http", "grpc"})
  void givenAConnectionThatWasClosed_whenSentAgain_thenAnotherIsOpened(String protocol)
      throws Exception {
    server.reset();
    Transport transport = transport(protocol, true, false, null, Map.of());
    transport.send(Signal.LOGS, LARGE);

    transport.abort();
    transport.send(Signal.LOGS, LARGE);

    assertThat(server.received()).hasSize(2);
    transport.abort();
  }

  @ParameterizedTest
  @CsvSource({"http", "grpc"})
  void givenAReceiverThatWantsToKnowUs_whenWeShowNothing_thenItIsNotSent(String protocol)
      throws Exception {
    Tls nothingToShow = new Tls(certificates.server(), null, null);
    Tls known = new Tls(certificates.server(), certificates.client(), certificates.clientKey());

    assertThatThrownBy(() -> strict(protocol, nothingToShow).send(Signal.LOGS, LARGE))
        .isInstanceOf(IOException.class);
    assertThatCode(() -> strict(protocol, known).send(Signal.LOGS, LARGE))
        .doesNotThrowAnyException();
  }

  @Test
  void givenACertificateThatNobodyVouchesFor_whenSent_thenItIsNot() {
    Transport transport =
        Transports.http(target(server.tlsPort(), true, true, Tls.DEFAULT, null, Map.of()));

    assertThatThrownBy(() -> transport.send(Signal.LOGS, LARGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PKIX");
  }

  private static Transport strict(String protocol, Tls tls) {
    Target target = target(server.strictPort(), true, true, tls, null, Map.of());
    return protocol.equals("grpc") ? Transports.grpc(target) : Transports.http(target);
  }

  private static Transport transport(
      String protocol, boolean gzip, boolean tls, @Nullable URI by, Map<String, String> headers) {
    Tls trust = new Tls(certificates.server(), null, null);
    Target target = target(tls ? server.tlsPort() : server.port(), gzip, tls, trust, by, headers);
    return protocol.equals("grpc") ? Transports.grpc(target) : Transports.http(target);
  }

  private static Target target(
      int port,
      boolean gzip,
      boolean tls,
      Tls trust,
      @Nullable URI by,
      Map<String, String> headers) {
    URI base = URI.create((tls ? "https" : "http") + "://localhost:" + port + "/");
    return new Target(base, headers, gzip, trust, by, PATIENCE);
  }

  /** A message that does not compress well. */
  private static byte[] message(int size) {
    byte[] noise = new byte[size];
    new Random(7).nextBytes(noise);
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setSchemaUrlBytes(
                    ByteString.copyFromUtf8(Base64.getEncoder().encodeToString(noise))))
        .build()
        .toByteArray();
  }

  private static ExportLogsServiceRequest parsed(byte[] message) {
    try {
      return ExportLogsServiceRequest.parseFrom(message);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
