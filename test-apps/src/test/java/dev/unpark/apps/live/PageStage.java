package dev.unpark.apps.live;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.launch.Endpoints;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A collector that keeps incidents, {@link HostileProgram} under the agent, and a browser. */
final class PageStage implements AutoCloseable {
  private static final String SERVICE = "shop <b onclick=alert(1)>";
  private static final String INSTANCE = "a'\"&?#/1";

  /** Where the page of the program's JVM is. */
  static final String JVM = "/jvm?service=" + encoded(SERVICE) + "&instance=" + encoded(INSTANCE);

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Endpoints endpoints = Endpoints.free();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Program program;
  private final Chromium browser;

  /** Ready when the program is in trouble and the collector keeps that; skips without Chromium. */
  PageStage(Path scratch) throws Exception {
    assumeTrue(Chromium.isHere(), "no chromium here; try: apt-get install chromium");
    try {
      start(collector(scratch.resolve("data")), Map.of());
      program =
          start(
              hostile(),
              Map.of(
                  "OTEL_SERVICE_NAME",
                  SERVICE,
                  "OTEL_RESOURCE_ATTRIBUTES",
                  "service.instance.id=" + encoded(INSTANCE)));
      browser = new Chromium(scratch);
      opened.push(browser);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> JSON.readTree(get("/api/incidents?type=deadlock")).size() == 1);
    } catch (Exception | AssertionError failure) {
      close();
      throw failure;
    }
  }

  Chromium browser() {
    return browser;
  }

  URI page(String path) {
    return URI.create("http://127.0.0.1:" + endpoints.webPort() + path);
  }

  String get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(page(path)).timeout(Duration.ofSeconds(5)).build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  void post(String path, byte[] body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(page(path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " answers " + answer.statusCode() + ": " + answer.body());
    }
  }

  /** What the program's own JDK prints of it. */
  String dump() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Jdk.current().tool("jcmd").toString(), "" + program.pid(), "Thread.print", "-l")
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Where another collector listens, which answers only to that token. */
  URI guarded(String token) {
    Endpoints own = Endpoints.free();
    List<String> command = new ArrayList<>(Observatory.BUILT.collector(Jdk.current(), own));
    command.add("--api-token=" + token);
    start(command, Map.of());
    URI ready = URI.create("http://127.0.0.1:" + own.webPort() + "/readyz");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                CLIENT
                        .send(
                            HttpRequest.newBuilder(ready).build(),
                            HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                    == 200);
    return ready.resolve("/");
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Program start(List<String> command, Map<String, String> environment) {
    Program started = Program.start(command, environment, line -> {});
    opened.push(started);
    return started;
  }

  private List<String> collector(Path incidents) {
    List<String> command = new ArrayList<>(Observatory.BUILT.collector(Jdk.current(), endpoints));
    command.replaceAll(
        option -> option.equals("--incidents=none") ? "--incidents=" + incidents : option);
    return command;
  }

  private List<String> hostile() {
    List<String> command =
        new ArrayList<>(
            Observatory.BUILT.underAgent(
                Jdk.current(), "endpoint=" + endpoints.otlp(), HostileProgram.class, List.of()));
    Path tests = Path.of("target", "test-classes");
    command.set(
        command.indexOf("-cp") + 1, tests + File.pathSeparator + Observatory.BUILT.appsJar());
    return command;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
