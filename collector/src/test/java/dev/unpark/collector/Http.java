package dev.unpark.collector;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The JDK's HTTP client, asking the loopback address. */
final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private Http() {}

  /** Sends a request; headers as name, value, name, value. */
  static HttpResponse<byte[]> send(
      String method, int port, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** The text at a path; an error when the answer is not 200. */
  static String get(int port, String path, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send("GET", port, path, new byte[0], headers);
    String text = new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    if (response.statusCode() != 200) {
      throw new IOException(path + " answers " + response.statusCode() + ": " + text);
    }
    return text;
  }
}
