package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/**
 * A real Alertmanager with the shipped routing, and whoever is called: a webhook that keeps what
 * arrives. The routing's waits are cut short, its groups and inhibitions are as shipped.
 */
final class Pager implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> notifications = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = Ports.free();
  private final HttpServer webhook;
  private final Program alertmanager;

  /** Skips the test where Alertmanager is not installed. */
  Pager(Path scratch) throws IOException {
    Path program = Promtool.onPath("prometheus-alertmanager");
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          notifications.add(JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    Path config = Files.writeString(scratch.resolve("alertmanager.yml"), config());
    alertmanager =
        Program.start(
            List.of(
                program.toString(),
                "--config.file=" + config,
                "--storage.path=" + scratch.resolve("alertmanager"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address="),
            Map.of(),
            line -> {});
  }

  private String config() throws IOException {
    Path shipped = Observatory.BUILT.root().resolve("alert-rules/alertmanager.yml");
    return Files.readString(shipped)
        .replace("127.0.0.1:5001", "127.0.0.1:" + webhook.getAddress().getPort())
        .replaceAll("group_wait: .*", "group_wait: 2s")
        .replaceAll("group_interval: .*", "group_interval: 2s");
  }

  /** Where Prometheus finds it. */
  int port() {
    return port;
  }

  /** One notification: an alert, and the instances of which it says that they are in trouble. */
  record Page(String receiver, JsonNode labels, String runbook, Set<String> instances) {
    private static Page of(JsonNode notification) {
      Set<String> instances = new TreeSet<>();
      for (JsonNode alert : notification.path("alerts")) {
        if (alert.path("status").asText().equals("firing")) {
          instances.add(alert.path("labels").path("instance").asText());
        }
      }
      return new Page(
          notification.path("receiver").asText(),
          notification.path("commonLabels"),
          notification.path("commonAnnotations").path("runbook").asText(),
          instances);
    }

    String alert() {
      return labels.path("alertname").asText();
    }

    boolean isOf(String service) {
      return labels.path("service").asText().equals(service);
    }
  }

  /** What has arrived so far, oldest first; what says that trouble is over has no instance. */
  List<Page> pages() {
    return notifications.stream().map(Page::of).toList();
  }

  /** Each alert that arrived, one line for each time: {@code UnparkDeadlock checkout-7}. */
  List<String> lines() {
    return notifications.stream()
        .flatMap(told -> StreamSupport.stream(told.path("alerts").spliterator(), false))
        .map(alert -> alert.path("labels"))
        .map(labels -> labels.path("alertname").asText() + " " + labels.path("instance").asText())
        .toList();
  }

  boolean isAlive() {
    return alertmanager.isAlive();
  }

  boolean isReady() {
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

  /** Raises an alert by hand, as Prometheus would. */
  void raise(String alert, String instance, String severity) throws Exception {
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

  @Override
  public void close() {
    alertmanager.close();
    webhook.stop(0);
  }
}
