package dev.unpark.apps.live;

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
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** A real Prometheus that scrapes a test's collector, and the real Alertmanager that it tells. */
final class Alarms implements AutoCloseable {
  /** Long enough for what shows for one look only; nobody waits ten minutes here. */
  private static final String PATIENCE = "3s";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Pager pager;
  private final Program server;
  private final int port = Ports.free();

  private Alarms(Observatory observatory, Path scratch, Path rules) throws IOException {
    Path program = Promtool.onPath("prometheus");
    pager = new Pager(scratch);
    server =
        Program.start(
            PrometheusServer.command(program, scratch, port, pager.port(), observatory, rules),
            Map.of(),
            line -> {});
  }

  /** By the shipped rules as they are. Skips the test where Prometheus is not installed. */
  static Alarms patient(Observatory observatory, Path scratch) throws IOException {
    return new Alarms(observatory, scratch, PrometheusServer.shipped());
  }

  /** By the shipped rules, but none waits longer than a few seconds before it alerts. */
  static Alarms impatient(Observatory observatory, Path scratch) throws IOException {
    return new Alarms(observatory, scratch, PrometheusServer.impatient(scratch, PATIENCE));
  }

  Pager pager() {
    return pager;
  }

  /** How many series the query yields now; what is no number is not shown, and does not count. */
  long ask(String query) {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    JsonNode series = get("/api/v1/query?query=" + encoded).path("data").path("result");
    return StreamSupport.stream(series.spliterator(), false)
        .filter(one -> !one.path("value").path(1).asText().equals("NaN"))
        .count();
  }

  /** The alerts that fire now, by name and service. */
  List<String> firing() {
    return StreamSupport.stream(
            get("/api/v1/alerts").path("data").path("alerts").spliterator(), false)
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(alert -> alert.path("labels"))
        .map(labels -> labels.path("alertname").asText() + " " + labels.path("service").asText())
        .toList();
  }

  boolean isAlive() {
    return server.isAlive() && pager.isAlive();
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
    pager.close();
  }
}
