package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.unpark.collector.publish.Webhook;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What receivers of webhooks are told, on the JDK's server. */
class WebhookTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path scratch;
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private final AtomicInteger busy = new AtomicInteger();
  private HttpServer receiver;

  @BeforeEach
  void receive() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
              exchange.sendResponseHeaders(503, -1);
              return;
            }
            bodies
                .computeIfAbsent(
                    exchange.getRequestURI().getPath(), path -> new CopyOnWriteArrayList<>())
                .add(body);
            exchange.sendResponseHeaders(200, -1);
          }
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  @Test
  void givenReceiversOfEachKind_whenAnIncidentOpensAndCloses_thenEachIsToldInItsWords()
      throws Exception {
    busy.set(2);
    try (Collector collector =
        Collector.start(
            Settings.onFreePorts()
                .incidentsIn(scratch.resolve("data"))
                .webhook(Webhook.of("json=" + url("/plain")))
                .webhook(Webhook.of("alertmanager=" + url("/am/")))
                .webhook(Webhook.of("slack=" + url("/slack")))
                .build())) {
      JvmIdentity jvm = new JvmIdentity("pay<ments>", "1", 1, "25");
      try (SendingJvm sending = SendingJvm.overHttp(jvm, collector)) {
        sending.send(Looks.deadlocked(jvm, NOON));
        sending.send(Looks.deadlocked(jvm, NOON.plusSeconds(1)));
        for (String path : List.of("/plain", "/am/api/v2/alerts", "/slack")) {
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> bodies.getOrDefault(path, List.of()).size() > 0);
        }
        JsonNode alert = json("/am/api/v2/alerts").get(0);
        assertThat(alert.get("labels").get("alertname").asText()).isEqualTo("UnparkIncident");
        assertThat(alert.get("labels").get("service").asText()).isEqualTo("pay<ments>");
        assertThat(alert.has("endsAt")).isFalse();
        assertThat(json("/plain").get("incidents").get(0).get("finding").get("type").asText())
            .isEqualTo("deadlock");
        assertThat(json("/slack").get("text").asText()).startsWith("*critical* pay&lt;ments&gt;: ");

        sending.send(Looks.released(jvm, NOON.plusSeconds(10)));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> json("/am/api/v2/alerts").get(0).has("endsAt"));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> json("/slack").get("text").asText().startsWith("*over* "));
      }
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_export_failures_total{signal=\"logs\"} 2.0");
    }
  }

  @Test
  void givenWhatIsNoWebhook_whenRead_thenSaysWhatIsExpected() {
    for (String wrong :
        List.of(
            "http://host/secret",
            "teams=http://host/secret",
            "json=ftp://host/secret",
            "json=http:///secret",
            "json=http://host/secret path")) {
      assertThatThrownBy(() -> Webhook.of(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected")
          .hasMessageNotContaining("secret");
    }
    assertThatThrownBy(() -> Settings.onFreePorts().webhook(Webhook.of("json=http://host")).build())
        .hasMessageContaining("--incidents");
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
  }

  private JsonNode json(String path) throws Exception {
    List<String> all = bodies.get(path);
    return new ObjectMapper().readTree(all.get(all.size() - 1));
  }
}
