package dev.unpark.benchmarks.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at a collector's incidents several times a second, acknowledges every other one, and
 * remembers what it was told and what was said to be acknowledged.
 *
 * <p><b>Threading:</b> one thread of its own; the rest is for the test's.
 */
final class Client {
  /** In the order in which the API writes them. */
  private static final Pattern INCIDENT =
      Pattern.compile(
          "\"id\":\"([^\"]+)\",\"service\":\"([^\"]+)\".*?\"acknowledgedBy\":\"([^\"]*)\"");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final int port;
  private final Map<String, String> serviceOf = new ConcurrentHashMap<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final FaultLoad.Silence silence = new FaultLoad.Silence();
  private volatile boolean over;

  /** What is left of what it was told. */
  record Kept(
      int services,
      int told,
      int lost,
      int acknowledged,
      int unacknowledged,
      List<String> examples) {
    boolean isAll(int wanted) {
      return services == wanted && lost == 0 && unacknowledged == 0;
    }
  }

  Client(int port) {
    this.port = port;
  }

  void start() {
    Thread thread = new Thread(this::look, "client");
    thread.setDaemon(true);
    thread.start();
  }

  private void look() {
    try {
      while (!over) {
        try {
          Map<String, String> now = incidents();
          silence.good();
          for (String id : now.keySet()) {
            if (id.hashCode() % 2 == 0 && !acknowledged.contains(id)) {
              acknowledge(id);
            }
          }
        } catch (IOException away) {
          // It is asked again soon.
        }
        Thread.sleep(100);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void acknowledge(String id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/api/incidents/" + id + "/acknowledge"))
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"faults\"}"))
            .build();
    if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
      acknowledged.add(id);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Who acknowledged which. */
  private Map<String, String> incidents() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/api/incidents?state=all&limit=1000"))
            .timeout(Duration.ofSeconds(5))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("answered " + answer.statusCode());
    }
    Map<String, String> by = new HashMap<>();
    Matcher incident = INCIDENT.matcher(answer.body());
    while (incident.find()) {
      by.put(incident.group(1), incident.group(3));
      serviceOf.put(incident.group(1), incident.group(2));
    }
    return by;
  }

  /** Whether it was told of an incident of each of them. */
  boolean knows(Set<String> services) {
    return new HashSet<>(serviceOf.values()).containsAll(services);
  }

  FaultLoad.Silence silence() {
    return silence;
  }

  /** Ends, and compares with what the collector says now. */
  Kept compare() throws InterruptedException {
    over = true;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return compared(incidents());
      } catch (IOException away) {
        if (System.nanoTime() > end) {
          return compared(Map.of());
        }
        Thread.sleep(200);
      }
    }
  }

  private Kept compared(Map<String, String> now) {
    Set<String> lost = new TreeSet<>(serviceOf.keySet());
    lost.removeAll(now.keySet());
    Set<String> unacknowledged = new TreeSet<>(acknowledged);
    unacknowledged.removeIf(id -> now.getOrDefault(id, "").equals("faults"));
    Set<String> services = new HashSet<>(serviceOf.values());
    Set<String> examples = new TreeSet<>(lost);
    examples.addAll(unacknowledged);
    return new Kept(
        services.size(),
        serviceOf.size(),
        lost.size(),
        acknowledged.size(),
        unacknowledged.size(),
        examples.stream().limit(3).toList());
  }
}
