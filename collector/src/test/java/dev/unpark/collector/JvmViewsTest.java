package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API shows of the fleet and of one JVM. */
class JvmViewsTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Collector collector;

  @BeforeEach
  void start() throws Exception {
    collector = Collector.start(CollectorSettings.onFreePorts());
    try (SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
      for (int i = 0; i < 3; i++) {
        jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(i)));
      }
    }
    await().untilAsserted(() -> assertThat(json("/api/findings")).isNotEmpty());
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void givenADeadlockedJvm_whenTheFleetIsAsked_thenItIsCriticalAndItsThreadsWait()
      throws Exception {
    JsonNode service = json("/api/fleet").path("services").path(0);

    assertThat(service.path("service").asText()).isEqualTo("payments");
    assertThat(service.path("health").asText()).isEqualTo("critical");
    assertThat(service.path("threads").asInt()).isEqualTo(2);
    assertThat(service.path("blocked").asInt()).isEqualTo(2);
    assertThat(service.path("findings").path("critical").asInt()).isEqualTo(1);
    assertThat(service.path("jvms").path(0).path("headline").asText()).contains("transfer-1");
    assertThat(json("/api/fleet?service=other").path("services")).isEmpty();
  }

  @Test
  void givenADeadlockedJvm_whenItsGraphIsAsked_thenEveryWaitAndHolderIsAnEdge() throws Exception {
    JsonNode graph = json("/api/jvms/" + id() + "/graph");

    assertThat(graph.path("edges").findValuesAsText("kind"))
        .containsExactlyInAnyOrder("waits", "waits", "held-by", "held-by");
    assertThat(graph.path("edges").toString())
        .contains("{\"from\":\"t:31\",\"to\":\"r:b\",\"kind\":\"waits\"}")
        .contains("{\"from\":\"r:b\",\"to\":\"t:32\",\"kind\":\"held-by\"}");
    assertThat(graph.path("threads").findValuesAsText("stuck")).containsOnly("true");
    assertThat(graph.path("hidden").asInt()).isZero();
  }

  @Test
  void givenADeadlockedJvm_whenItsLanesAreAsked_thenEachThreadHasOneRun() throws Exception {
    JsonNode lanes = json("/api/jvms/" + id() + "/lanes");

    assertThat(lanes.path("threads").findValuesAsText("name"))
        .containsExactlyInAnyOrder("transfer-1", "transfer-2");
    long noon = NOON.toEpochMilli();
    assertThat(lanes.path("threads").path(0).path("runs").toString())
        .isEqualTo("[[%d,%d,\"WAITING\",0,0]]".formatted(noon, noon + 2_000));
    assertThat(json("/api/jvms/" + id() + "/lanes?since=" + (noon + 1_000)).path("from").asLong())
        .isEqualTo(noon + 1_000);
  }

  @Test
  void givenWhatDoesNotExist_whenAsked_thenTheAnswerSaysWhatWasExpected() throws Exception {
    assertThat(status("/api/jvms/no-such/graph")).isEqualTo(404);
    assertThat(status("/api/jvms/..%2f..%2fetc%2fpasswd/graph")).isBetween(400, 404);
    assertThat(status("/api/jvms/" + id() + "/lanes?since=yesterday")).isEqualTo(400);
    assertThat(status("/api/jvms/" + id() + "/graph?limit=0")).isEqualTo(400);
    assertThat(status("/api/locks?sort=colour")).isEqualTo(400);
    assertThat(json("/api/locks").path("locks")).isEmpty();
    assertThat(json("/api/executors?sort=queued&limit=5").path("executors")).isEmpty();
  }

  private String id() throws Exception {
    return json("/api/jvms").path(0).path("id").asText();
  }

  private JsonNode json(String path) throws Exception {
    return MAPPER.readTree(Http.get(collector.webPort(), path));
  }

  private int status(String path) throws Exception {
    HttpResponse<byte[]> answer = Http.send("GET", collector.webPort(), path, new byte[0]);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("Exception");
    return answer.statusCode();
  }
}
