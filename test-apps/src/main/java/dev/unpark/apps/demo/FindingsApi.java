package dev.unpark.apps.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** A collector's findings as its API gives them. */
final class FindingsApi {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI findings;

  FindingsApi(URI findings) {
    this.findings = findings;
  }

  /** The open findings in the words for people, or empty when the collector does not answer. */
  Optional<String> asText() throws InterruptedException {
    return get("text/plain");
  }

  /** The open findings as a JSON array, or empty when the collector does not answer. */
  Optional<String> asJson() throws InterruptedException {
    return get("application/json");
  }

  private Optional<String> get(String mediaType) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(findings).timeout(PATIENCE).header("Accept", mediaType).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
