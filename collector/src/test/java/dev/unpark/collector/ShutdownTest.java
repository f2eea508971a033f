package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An end in order, although everybody whom the collector talks to hangs. */
class ShutdownTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");

  /** An orchestrator kills after thirty. */
  private static final int SECONDS = 20;

  @TempDir private Path folder;

  @Test
  void givenPeersThatHang_whenToldToEnd_thenItEndsInTimeAndWhatWasAcknowledgedIsKept()
      throws Exception {
    Path incidents = folder.resolve("incidents");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String peer = "http://127.0.0.1:" + silent.getLocalPort();
      Path config = folder.resolve("collector.yaml");
      Files.writeString(
          config,
          "forward:\n  - {endpoint: \"%s\"}\n  - {endpoint: \"%s\"}\nexports:\n  - {endpoint: \"%s\"}\n"
              .formatted(peer, peer, peer));
      String[] options = {
        "--config=" + config, "--webhook=json=" + peer + "/", "--incidents=" + incidents
      };
      String id;
      try (CollectorProcess collector = CollectorProcess.ready(folder, List.of(), options);
          RawHttp half = new RawHttp(collector.httpPort());
          RawHttp idle = new RawHttp(collector.webPort())) {
        deadlock(collector);
        id = acknowledged(collector);
        half.head(
            "POST /v1/logs HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            "Content-Length: 1000");
        idle.send("GET /metr");

        collector.process().destroy();

        assertThat(collector.process().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(collector.err()).doesNotContain("internal fault");
      }
      try (CollectorProcess again =
          CollectorProcess.ready(folder, List.of(), "--incidents=" + incidents)) {
        assertThat(Http.get(again.webPort(), "/api/incidents/" + id))
            .contains("\"acknowledgedBy\":\"ann\"");
      }
    }
  }

  private static void deadlock(CollectorProcess collector) throws Exception {
    ObservationEncoder encoder = new ObservationEncoder();
    for (int i = 0; i < 2; i++) {
      Http.send(
          "POST",
          collector.httpPort(),
          "/v1/logs",
          Requests.observation(JVM, encoder, Looks.deadlocked(JVM, NOON.plusSeconds(i)))
              .toByteArray(),
          "Content-Type",
          "application/x-protobuf");
    }
  }

  private static String acknowledged(CollectorProcess collector) throws Exception {
    await().until(() -> Http.get(collector.webPort(), "/api/incidents").contains("\"id\":"));
    String id =
        Http.get(collector.webPort(), "/api/incidents")
            .replaceAll("(?s).*?\"id\":\"([^\"]+).*", "$1");
    assertThat(
            Http.send(
                    "POST",
                    collector.webPort(),
                    "/api/incidents/" + id + "/acknowledge",
                    "{\"by\":\"ann\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(200);
    return id;
  }
}
