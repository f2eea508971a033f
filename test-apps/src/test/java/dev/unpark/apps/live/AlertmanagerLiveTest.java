package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Ports;
import dev.unpark.apps.launch.Program;
import dev.unpark.apps.rules.Promtool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped routing in a real Alertmanager: what arrives at whoever is called. */
@Tag("live")
class AlertmanagerLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SETTLED = Duration.ofSeconds(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> notifications = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = Ports.free();
  @TempDir Path scratch;
  private HttpServer webhook;

  @BeforeEach
  void startWebhook() throws IOException {
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          notifications.add(JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
  }

  @AfterEach
  void stopWebhook() {
    webhook.stop(0);
  }

  @Test
  void givenTwoDeadlockedInstances_whenPrometheusAlerts_thenOnePageNamesBoth() throws Exception {
    Path prometheus = Promtool.onPath("prometheus");
    int prometheusPort = Ports.free();
    Jdk jdk = Jdk.current();
    try (Observatory observatory = new Observatory();
        Program alertmanager = startAlertmanager()) {
      observatory.watch(jdk, Scenario.PAYMENTS_DEADLOCK);
      observatory.watch(jdk, Scenario.PAYMENTS_DEADLOCK);
      await().atMost(PATIENCE).until(() -> observatory.findings().size() == 2);
      try (Program server =
          Program.start(
              PrometheusServer.command(prometheus, scratch, prometheusPort, port, observatory),
              Map.of(),
              line -> {})) {
        await()
            .atMost(PATIENCE)
            .failFast(() -> assertThat(server.isAlive()).as(server.output()).isTrue())
            .until(() -> !notifications.isEmpty());

        await()
            .during(SETTLED)
            .atMost(SETTLED.multipliedBy(3))
            .until(() -> notifications.size() == 1);
        JsonNode page = notifications.get(0);
        assertThat(page.path("receiver").asText()).isEqualTo("pager");
        assertThat(page.path("status").asText()).isEqualTo("firing");
        assertThat(page.path("alerts")).hasSize(2);
        assertThat(page.path("commonLabels").path("alertname").asText())
            .isEqualTo("UnparkDeadlock");
        assertThat(page.path("commonLabels").path("service").asText())
            .isEqualTo(Observatory.service(jdk, Scenario.PAYMENTS_DEADLOCK));
        assertThat(page.path("commonAnnotations").path("runbook").asText())
            .isEqualTo("docs/runbooks/deadlock.md");
      }
      assertThat(alertmanager.isAlive()).isTrue();
    }
  }

  @Test
  void givenADeadlock_whenItsPoolIsReportedToo_thenOnlyTheDeadlockArrives() throws Exception {
    try (Program alertmanager = startAlertmanager()) {
      await().atMost(PATIENCE).until(this::isReady);
      post("UnparkPoolExhausted", "checkout-7", "page");
      post("UnparkPoolExhausted", "checkout-8", "page");
      post("UnparkDeadlock", "checkout-7", "page");

      await().atMost(PATIENCE).until(() -> notifications.size() >= 2);
      await()
          .during(SETTLED)
          .atMost(SETTLED.multipliedBy(3))
          .until(() -> notifications.size() == 2);
      List<String> told = new ArrayList<>();
      for (JsonNode notification : notifications) {
        for (JsonNode alert : notification.path("alerts")) {
          JsonNode labels = alert.path("labels");
          told.add(labels.path("alertname").asText() + " " + labels.path("instance").asText());
        }
      }
      assertThat(told)
          .containsExactlyInAnyOrder("UnparkDeadlock checkout-7", "UnparkPoolExhausted checkout-8");
      assertThat(alertmanager.isAlive()).isTrue();
    }
  }

  /** With the shipped routing, its receivers pointed at this test and its waits cut short. */
  private Program startAlertmanager() throws IOException {
    Path program = Promtool.onPath("prometheus-alertmanager");
    String shipped =
        Files.readString(Observatory.BUILT.root().resolve("alert-rules/alertmanager.yml"));
    String config =
        shipped
            .replace("127.0.0.1:5001", "127.0.0.1:" + webhook.getAddress().getPort())
            .replace("group_wait: 5s", "group_wait: 2s")
            .replace("group_wait: 30s", "group_wait: 2s");
    Path file = Files.writeString(scratch.resolve("alertmanager.yml"), config);
    return Program.start(
        List.of(
            program.toString(),
            "--config.file=" + file,
            "--storage.path=" + scratch.resolve("alertmanager"),
            "--web.listen-address=127.0.0.1:" + port,
            "--cluster.listen-address="),
        Map.of(),
        line -> {});
  }

  private boolean isReady() {
    try {
      HttpRequest ready = HttpRequest.newBuilder(uri("/-/ready")).build();
      return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void post(String alert, String instance, String severity) throws Exception {
    String body =
        """
        [{"labels": {"alertname": "%s", "instance": "%s", "service": "checkout", "severity": "%s"}}]
        """
            .formatted(alert, instance, severity);
    HttpRequest request =
        HttpRequest.newBuilder(uri("/api/v2/alerts"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
