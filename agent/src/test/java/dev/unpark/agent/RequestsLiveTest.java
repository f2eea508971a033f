package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.Receiver.Manner;
import dev.unpark.agent.program.Signal;
import dev.unpark.agent.program.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real web servers, with the agent beside them: requests are counted as they were answered. */
class RequestsLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ACTIVE = "http.server.active_requests";
  private static final String HOOK = "unpark.agent.hook.active";

  @TempDir Path folder;

  static Stream<Arguments> servers() {
    return HostJvm.jdks().stream()
        .flatMap(
            jdk ->
                Stream.of(
                    Arguments.of(jdk, "jdk", "jdk-http-server", List.of("exception POST http 1")),
                    Arguments.of(jdk, "tomcat", "servlet", List.of("500 POST 500 http 1"))));
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("servers")
  void givenAServer_whenItIsAsked_thenRequestsAreCountedAndAnsweredAsWithout(
      Path jdk, String server, String hook, List<String> broken) throws Exception {
    List<String> expected =
        Stream.concat(
                Stream.of("GET 200 http 3", "POST 201 http 1", "GET 404 http 1"), broken.stream())
            .toList();
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm =
            start(jdk, "with", "metrics.interval=1s,endpoint=" + receiver.endpoint(), server)) {
      await().atMost(PATIENCE).until(() -> Points.of(receiver, HOOK).contains(hook + " 1"));
      Signal.give(folder.resolve("with"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(measured(receiver)).containsExactlyInAnyOrderElementsOf(expected));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(Points.of(receiver, ACTIVE)).contains("GET http 1", "POST http 0"));
      assertThat(jvm.agentLines()).isEmpty();
      try (HostJvm without = start(jdk, "without", null, server)) {
        Signal.give(folder.resolve("without"));
        await().atMost(PATIENCE).until(() -> without.stdout().contains("ready"));
        assertThat(jvm.stdout()).isEqualTo(without.stdout());
      }
    }
  }

  /** But for the first request, which may come before the agent. */
  private static List<String> measured(Receiver receiver) {
    return Points.of(receiver, "http.server.request.duration").stream()
        .filter(point -> !point.startsWith("GET 204"))
        .toList();
  }

  private HostJvm start(Path jdk, String name, String options, String server) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    return HostJvm.start(
        jdk,
        own,
        options,
        Map.of(),
        HostJvm.libraries("tomcat-"),
        WebServer.class,
        server,
        own.toString());
  }
}
