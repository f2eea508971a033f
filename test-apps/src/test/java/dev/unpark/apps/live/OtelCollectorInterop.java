package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Endpoints;
import dev.unpark.apps.launch.Jdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenTelemetry Collector in front of ours, and behind it. */
class OtelCollectorInterop {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Class<?> DEADLOCK = Scenario.PAYMENTS_DEADLOCK.mainClass();

  /** As docs/recipes.md says: otherwise ten requests are on their way at once, in any order. */
  private static final String IN_ORDER = "sending_queue: {num_consumers: 1}";

  @TempDir Path scratch;

  /** Over gRPC, as protobuf and as JSON: all that its exporters can do. */
  @Test
  void givenAnOpenTelemetryCollectorInFront_whenAnAgentSendsThroughIt_thenTheDeadlockIsProven()
      throws Exception {
    Jdk jdk = Jdk.current();
    try (Observatory observatory = new Observatory()) {
      Endpoints ours = observatory.endpoints();
      Map<String, String> exporters = new LinkedHashMap<>();
      exporters.put(
          "otlp/grpc",
          "{endpoint: \"127.0.0.1:%d\", tls: {insecure: true}, %s}"
              .formatted(ours.grpcPort(), IN_ORDER));
      exporters.put("otlphttp/protobuf", "{endpoint: \"%s\", %s}".formatted(ours.otlp(), IN_ORDER));
      exporters.put(
          "otlphttp/json",
          "{endpoint: \"%s\", encoding: json, %s}".formatted(ours.otlp(), IN_ORDER));
      try (OtelCollector otelcol = OtelCollector.start(scratch, exporters)) {
        for (int i = 0; i < exporters.size(); i++) {
          observatory.watch(jdk, "payments-" + i, DEADLOCK, otelcol.receiver(i));
          sendSpan(otelcol.receiver(i));
        }

        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(observatory.findings())
                        .as(otelcol.output())
                        .filteredOn(finding -> finding.path("certainty").asText().equals("proven"))
                        .extracting(finding -> finding.path("jvm").path("service").asText())
                        .containsExactlyInAnyOrder("payments-0", "payments-1", "payments-2"));
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  for (int i = 0; i < exporters.size(); i++) {
                    assertThat(observatory.metric("jvm_thread_count", "job=\"payments-" + i + "\""))
                        .isPresent();
                  }
                  for (String transport : List.of("grpc", "http/protobuf", "http/json")) {
                    assertThat(
                            observatory.metric(
                                "unpark_collector_received_total",
                                "signal=\"traces\"",
                                "transport=\"" + transport + "\""))
                        .hasValue(1.0);
                  }
                });
        assertThat(observatory.metric("unpark_collector_rejected_total")).isEmpty();
        for (String reason : List.of("late", "without_base", "malformed")) {
          assertThat(
                  observatory.metric("unpark_collector_dropped_total", "reason=\"" + reason + "\""))
              .as(reason)
              .isEmpty();
        }
        assertThat(otelcol.output()).doesNotContain("Exporting failed", "Partial success");
      }
    }
  }

  @Test
  void givenAnOpenTelemetryCollectorBehind_whenOursForwardsAndExports_thenItGetsAllOfIt()
      throws Exception {
    Path written = scratch.resolve("written.json");
    try (OtelCollector otelcol =
        OtelCollector.start(scratch, Map.of("file", "{path: \"%s\"}".formatted(written)))) {
      Path config =
          Files.writeString(
              scratch.resolve("unpark.yaml"),
              """
              export-interval: 1s
              exports: [{endpoint: "%1$s"}]
              forward: [{endpoint: "%1$s"}]
              """
                  .formatted(otelcol.receiver(0)));
      try (Observatory observatory = new Observatory("--config=" + config)) {
        observatory.watch(Jdk.current(), Scenario.PAYMENTS_DEADLOCK);
        sendSpan(observatory.endpoints().otlp());

        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  List<JsonNode> lines = lines(written);
                  assertThat(values(lines, "eventName"))
                      .as(otelcol.output())
                      .contains("unpark.observation", "unpark.finding.opened");
                  assertThat(values(lines, "name"))
                      .contains("unpark.collector.received", "jvm.thread.count", "GET /cart");
                });
        JsonNode opened =
            lines(written).stream()
                .flatMap(line -> line.findParents("eventName").stream())
                .filter(event -> event.path("eventName").asText().equals("unpark.finding.opened"))
                .findFirst()
                .orElseThrow();
        assertThat(opened.path("severityText").asText()).isEqualTo("ERROR");
        assertThat(opened.path("attributes").findValuesAsText("stringValue"))
            .contains("deadlock", "docs/runbooks/deadlock.md");
        assertThat(observatory.metric("unpark_collector_export_failures_total")).isEmpty();
        assertThat(observatory.metric("unpark_collector_dropped_total", "reason=\"forward"))
            .isEmpty();
      }
    }
  }

  /** Every value of a field, wherever it stands. */
  private static List<String> values(List<JsonNode> lines, String field) {
    List<String> values = new ArrayList<>();
    lines.forEach(line -> values.addAll(line.findValuesAsText(field)));
    return values;
  }

  /** The requests that were written down; of the last one perhaps only half has been. */
  private static List<JsonNode> lines(Path written) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    String text = Files.readString(written);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      if (!line.isEmpty()) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }

  private static void sendSpan(URI otlp) throws IOException, InterruptedException {
    String span =
        """
        {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": [
          {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
           "name": "GET /cart", "kind": 2,
           "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000000000007"}]}]}]}""";
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(otlp.resolve("/v1/traces"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(span))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
