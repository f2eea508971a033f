package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.launch.Ports;
import dev.unpark.apps.launch.Program;
import dev.unpark.apps.rules.Promtool;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A real Prometheus that scrapes a test's collector and follows the shipped rules, but without
 * their patience: a rule's {@code for} is played by promtool, and nobody waits ten minutes here.
 */
final class Alarms implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Program server;
  private final int port;

  private Alarms(Program server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Skips the test where Prometheus is not installed. */
  static Alarms watching(Observatory observatory, Path scratch) throws IOException {
    int port = Ports.free();
    List<String> command =
        PrometheusServer.impatient(Promtool.onPath("prometheus"), scratch, port, observatory);
    return new Alarms(Program.start(command, Map.of(), line -> {}), port);
  }

  /** Returns once an alert fires about that trouble of that service, or of a part of it. */
  void awaitFiring(String trouble, String service) {
    String signature = trouble + ":" + service;
    await("alert " + signature)
        .pollInterval(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .failFast(() -> assertThat(server.isAlive()).as(server.output()).isTrue())
        .until(
            () ->
                signatures().stream()
                    .anyMatch(one -> one.equals(signature) || one.startsWith(signature + ":")));
  }

  /** How many series the query yields now. */
  int ask(String query) {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    return get("/api/v1/query?query=" + encoded).path("data").path("result").size();
  }

  private List<String> signatures() {
    return StreamSupport.stream(
            get("/api/v1/alerts").path("data").path("alerts").spliterator(), false)
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(alert -> alert.path("labels").path("signature").asText())
        .toList();
  }

  private JsonNode get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try (InputStream answer = uri.toURL().openStream()) {
      return JSON.readTree(answer);
    } catch (IOException e) {
      // It does not listen yet.
      return JSON.createObjectNode();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
