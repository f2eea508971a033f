package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents as a client sees them, and what is left of them when the process is killed. */
class IncidentTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path scratch;

  @Test
  void givenIncidentsThatAClientWasToldOf_whenKilledAtOnce_thenTheyAreThereAfterTheRestart()
      throws Exception {
    for (int round = 0; round < 3; round++) {
      List<String> seen = new ArrayList<>();
      String acknowledged;
      try (CollectorProcess collector = start()) {
        deadlocks(collector, round, 5);
        JsonNode incidents = awaitOpen(collector, 5 + 5 * round);
        acknowledged = incidents.get(0).get("id").asText();
        HttpResponse<byte[]> answer = acknowledge(collector, acknowledged, "ann");
        assertThat(answer.statusCode()).isEqualTo(200);
        deadlocks(collector, 100 + round, 3);
        for (JsonNode incident : list(collector, "?state=open&limit=1000")) {
          seen.add(incident.get("id").asText());
        }
        collector.kill();
      }
      try (CollectorProcess collector = start()) {
        List<String> after = new ArrayList<>();
        for (JsonNode incident : list(collector, "?state=open&limit=1000")) {
          after.add(incident.get("id").asText());
        }
        assertThat(after).containsAll(seen);
        JsonNode one = one(collector, acknowledged);
        assertThat(one.get("acknowledgedBy").asText()).isEqualTo("ann");
        assertThat(one.get("finding").get("type").asText()).isEqualTo("deadlock");
        assertThat(one.get("events").get(0).get("kind").asText()).isEqualTo("opened");
      }
    }
  }

  @Test
  void givenTwoOfThreeInstancesDeadlocked_whenAsked_thenOneIncidentSaysSo() throws Exception {
    try (Collector collector =
        Collector.start(Settings.onFreePorts().incidentsIn(scratch.resolve("data")).build())) {
      for (String instance : List.of("a", "b", "c")) {
        JvmIdentity jvm = new JvmIdentity("payments", instance, 1, "25");
        try (SendingJvm sending = SendingJvm.overHttp(jvm, collector)) {
          for (int i = 0; i < 2; i++) {
            sending.send(
                instance.equals("c")
                    ? Looks.released(jvm, NOON.plusSeconds(i))
                    : Looks.deadlocked(jvm, NOON.plusSeconds(i)));
          }
        }
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/api/incidents"))
                      .contains("\"affected\":2,\"reporting\":3"));
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("\nunpark_collector_incidents 1.0\n");
      for (String wrong :
          List.of(
              "?state=shut",
              "?limit=0",
              "?limit=x",
              "?before=noon",
              "?before=%2B1000000000-01-01T00:00:00Z",
              "/unknown")) {
        int status =
            Http.send("GET", collector.webPort(), "/api/incidents" + wrong, new byte[0])
                .statusCode();
        assertThat(status).as(wrong).isEqualTo(wrong.startsWith("/") ? 404 : 400);
      }
    }
  }

  @Test
  void givenAFolderThatAnotherUses_whenStarted_thenSaysSo() throws Exception {
    try (CollectorProcess first = start();
        CollectorProcess second =
            CollectorProcess.start(
                scratch, List.of(), "--web-port=0", "--incidents=" + scratch.resolve("data"))) {
      assertThat(second.process().waitFor()).isEqualTo(4);
      assertThat(second.err())
          .startsWith("cannot keep incidents in '")
          .contains("found:    another collector uses it", "try:      --incidents FOLDER");
      assertThat(first.process().isAlive()).isTrue();
    }
  }

  private CollectorProcess start() throws Exception {
    return CollectorProcess.ready(
        scratch, List.of(), "--incidents=" + scratch.resolve("data"), "--forget-after=10m");
  }

  /** So many services that are deadlocked. */
  private static void deadlocks(CollectorProcess collector, int round, int services)
      throws Exception {
    for (int i = 0; i < services; i++) {
      JvmIdentity jvm = new JvmIdentity("shop-" + round + "-" + i, "1", 1, "25");
      ObservationEncoder encoder = new ObservationEncoder();
      for (int look = 0; look < 2; look++) {
        byte[] body =
            Requests.observation(jvm, encoder, Looks.deadlocked(jvm, NOON.plusSeconds(look)))
                .toByteArray();
        Http.send(
            "POST",
            collector.httpPort(),
            "/v1/logs",
            body,
            "Content-Type",
            "application/x-protobuf");
      }
    }
  }

  private static JsonNode awaitOpen(CollectorProcess collector, int atLeast) {
    return await()
        .until(() -> list(collector, "?state=open&limit=1000"), found -> found.size() >= atLeast);
  }

  private static JsonNode list(CollectorProcess collector, String query) throws Exception {
    return new ObjectMapper().readTree(Http.get(collector.webPort(), "/api/incidents" + query));
  }

  private static JsonNode one(CollectorProcess collector, String id) throws Exception {
    return new ObjectMapper().readTree(Http.get(collector.webPort(), "/api/incidents/" + id));
  }

  private static HttpResponse<byte[]> acknowledge(CollectorProcess collector, String id, String by)
      throws Exception {
    return Http.send(
        "POST",
        collector.webPort(),
        "/api/incidents/" + id + "/acknowledge",
        ("{\"by\":\"" + by + "\"}").getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }
}
