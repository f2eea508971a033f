package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Ports;
import dev.unpark.apps.launch.Program;
import dev.unpark.apps.rules.Promtool;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real collector that watches a real deadlock. */
@Tag("live")
class PrometheusAlertLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void givenADeadlock_whenPrometheusScrapesTheCollector_thenTheAlertFires(@TempDir Path scratch)
      throws Exception {
    Path prometheus = Promtool.onPath("prometheus");
    int port = Ports.free();
    Jdk jdk = Jdk.current();
    try (Observatory observatory = new Observatory();
        Program server =
            Program.start(
                PrometheusServer.command(prometheus, scratch, port, observatory),
                Map.of(),
                line -> {})) {
      observatory.watch(jdk, Scenario.PAYMENTS_DEADLOCK);

      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(server.isAlive()).as(server.output()).isTrue())
          .until(() -> firing(port, "UnparkDeadlock").isPresent());

      JsonNode labels = firing(port, "UnparkDeadlock").orElseThrow().path("labels");
      String service = Observatory.service(jdk, Scenario.PAYMENTS_DEADLOCK);
      assertThat(labels.path("service").asText()).isEqualTo(service);
      assertThat(labels.path("job").asText()).isEqualTo(service);
      assertThat(labels.path("severity").asText()).isEqualTo("page");
      assertThat(labels.path("instance").asText())
          .isEqualTo(observatory.findings().get(0).path("jvm").path("instance").asText());
      assertThat(firing(port, "UnparkStarvationDeadlock")).isEmpty();
      assertThat(firing(port, "UnparkCollectorDown")).isEmpty();
    }
  }

  private static Optional<JsonNode> firing(int port, String alert) {
    URI api = URI.create("http://127.0.0.1:%d/api/v1/alerts".formatted(port));
    try (InputStream answer = api.toURL().openStream()) {
      JsonNode alerts = new ObjectMapper().readTree(answer).path("data").path("alerts");
      return StreamSupport.stream(alerts.spliterator(), false)
          .filter(found -> found.path("labels").path("alertname").asText().equals(alert))
          .filter(found -> found.path("state").asText().equals("firing"))
          .findFirst();
    } catch (IOException e) {
      // It does not listen yet.
      return Optional.empty();
    }
  }
}
