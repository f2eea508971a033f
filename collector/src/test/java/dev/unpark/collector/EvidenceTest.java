package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence of an incident, from being posted to being drawn, and to another collector. */
class EvidenceTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path scratch;

  @Test
  void givenARecordingAndAPage_whenPostedExportedAndImported_thenBothCollectorsGiveThem()
      throws Exception {
    byte[] recording = recording();
    byte[] page = "<!DOCTYPE html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    Path export = scratch.resolve("export.zip");
    String incident;
    try (Collector collector = collector("first")) {
      incident = "/api/incidents/" + deadlocked(collector);
      assertThat(post(collector, incident + "/evidence?name=recording.jfr", recording))
          .isEqualTo(200);
      assertThat(post(collector, incident + "/evidence?name=.x%2Fflames.html", page))
          .isEqualTo(200);
      assertThat(post(collector, incident + "/evidence?name=x", new byte[(1 << 20) + 1]))
          .isEqualTo(413);
      assertGiven(collector, incident, recording, page);
      await()
          .until(() -> Http.get(collector.webPort(), "/api/inventory").contains("\"payments-1\""));
      assertThat(CollectorMain.run("export", "" + export, "--incidents=" + folder("first")))
          .isZero();
      assertThat(CollectorMain.run("import", "" + export, "--incidents=" + folder("first")))
          .as("a collector uses it")
          .isEqualTo(4);
    }
    assertThat(CollectorMain.run("import", "" + export, "--incidents=" + folder("second")))
        .isZero();
    assertThat(CollectorMain.run("import", "" + export, "--incidents=" + folder("second")))
        .isZero();
    assertThat(CollectorMain.run("import", "none.zip", "--incidents=" + folder("second")))
        .isEqualTo(3);
    assertThat(CollectorMain.run("export", "" + export, "--incidents=" + folder("none")))
        .isEqualTo(4);
    try (Collector collector = collector("second")) {
      assertGiven(collector, incident, recording, page);
      assertThat(Http.get(collector.webPort(), "/api/inventory")).contains("\"payments-1\"");
    }
  }

  private static void assertGiven(
      Collector collector, String incident, byte[] recording, byte[] page) throws Exception {
    JsonNode files = MAPPER.readTree(Http.get(collector.webPort(), incident)).get("evidence");
    assertThat(files).hasSize(2);
    for (JsonNode file : files) {
      boolean isPage = file.get("kind").asText().equals("page");
      String path = incident + "/evidence/" + file.get("id").asText();
      HttpResponse<byte[]> given = Http.send("GET", collector.webPort(), path, new byte[0]);
      assertThat(given.body()).isEqualTo(isPage ? page : recording);
      assertThat(given.headers().firstValue("content-type")).contains("application/octet-stream");
      assertThat(given.headers().firstValue("content-disposition").orElseThrow())
          .isEqualTo(
              "attachment; filename=\"%s\"".formatted(isPage ? "_x_flames.html" : "recording.jfr"));
      String flames = incident.replace("/api/", "/page/") + "/flames/" + file.get("id").asText();
      if (isPage) {
        assertThat(Http.send("GET", collector.webPort(), flames, new byte[0]).statusCode())
            .isEqualTo(404);
      } else {
        JsonNode root = MAPPER.readTree(Http.get(collector.webPort(), flames)).get("root");
        assertThat(root.get("samples").asLong()).isPositive();
        assertThat(root.toString()).contains("EvidenceTest.spin");
      }
    }
  }

  @Test
  void givenADamagedRecording_whenDrawn_thenThePageIsToldWhy() throws Exception {
    try (Collector collector = collector("first")) {
      String incident = "/api/incidents/" + deadlocked(collector);
      byte[] damaged = "FLR\0 and nothing that fits".getBytes(StandardCharsets.UTF_8);
      assertThat(post(collector, incident + "/evidence?name=r.jfr", damaged)).isEqualTo(200);
      String file =
          MAPPER.readTree(Http.get(collector.webPort(), incident)).at("/evidence/0/id").asText();
      assertThat(
              Http.get(
                  collector.webPort(), incident.replace("/api/", "/page/") + "/flames/" + file))
          .contains("\"complaint\":\"the flight recording is ");
    }
  }

  @Test
  void givenAnIncident_whenMarkdownIsAccepted_thenItIsAnsweredSo() throws Exception {
    try (Collector collector = collector("first")) {
      String incident = "/api/incidents/" + deadlocked(collector);
      HttpResponse<byte[]> answer =
          Http.send(
              "GET",
              collector.webPort(),
              incident,
              new byte[0],
              "Accept",
              "text/markdown, application/json;q=0.5");
      assertThat(answer.headers().firstValue("content-type").orElseThrow())
          .startsWith("text/markdown");
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains("## PROVEN deadlock: 2 threads", "payments: 1 of 1 instances");
    }
  }

  private String folder(String name) {
    return scratch.resolve(name).toString();
  }

  private Collector collector(String name) throws Exception {
    return Collector.start(
        Settings.onFreePorts().maxDumpBytes(1 << 20).incidentsIn(scratch.resolve(name)).build());
  }

  /** The id of an incident. */
  private static String deadlocked(Collector collector) throws Exception {
    try (SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
      for (int i = 0; i < 2; i++) {
        jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(i)));
      }
    }
    return await()
        .until(
            () -> MAPPER.readTree(Http.get(collector.webPort(), "/api/incidents")),
            found -> found.size() == 1 && found.at("/0/certainty").asText().equals("proven"))
        .at("/0/id")
        .asText();
  }

  private static int post(Collector collector, String path, byte[] body) throws Exception {
    return Http.send("POST", collector.webPort(), path, body).statusCode();
  }

  /** A real one, of this very JVM, in which it was busy. */
  private byte[] recording() throws Exception {
    Path file = scratch.resolve("own.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
      recording.start();
      spin(1_000_000_000L);
      recording.stop();
      recording.dump(file);
    }
    return Files.readAllBytes(file);
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    double sum = 0;
    while (System.nanoTime() - end < 0) {
      sum += Math.sqrt(sum + 1);
    }
    assertThat(sum).isPositive();
  }
}
