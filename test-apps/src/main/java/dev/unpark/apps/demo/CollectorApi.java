package dev.unpark.apps.demo;

import dev.unpark.apps.launch.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What a collector says of the programs that report to it. */
final class CollectorApi {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Endpoints endpoints;

  CollectorApi(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /** The open findings in the words for people, or empty when the collector does not answer. */
  Optional<String> asText() throws InterruptedException {
    return get(endpoints.findings(), "text/plain");
  }

  /** The open findings as a JSON array, or empty when the collector does not answer. */
  Optional<String> asJson() throws InterruptedException {
    return get(endpoints.findings(), "application/json");
  }

  /** The first series of that metric with that label, as /metrics shows it; empty before it is. */
  Optional<String> series(String metric, String label) throws InterruptedException {
    return get(endpoints.metrics(), "text/plain")
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                    .findFirst());
  }

  private Optional<String> get(URI uri, String mediaType) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", mediaType).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
