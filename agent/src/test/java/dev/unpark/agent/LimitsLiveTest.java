package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.Receiver.Manner;
import dev.unpark.agent.program.Limits;
import dev.unpark.agent.program.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real limiters, breakers, bulkheads and retries, with the agent beside them. */
class LimitsLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HOOK = "unpark.agent.hook.active";

  @TempDir Path folder;

  static Stream<Path> jdks() {
    return HostJvm.jdks().stream();
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenLimits_whenReached_thenEachRefusalAndRetryIsCountedAndAnsweredAsWithout(Path jdk)
      throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "with", "metrics.interval=1s,endpoint=" + receiver.endpoint())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Points.of(receiver, HOOK))
                      .contains("resilience4j 1", "guava-ratelimiter 1"));
      Signal.give(folder.resolve("with"));
      await().atMost(PATIENCE).until(() -> jvm.stdout().contains("ready"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Points.of(receiver, "unpark.retries"))
                      .containsExactlyInAnyOrder("again tax 4", "given_up tax 1"));

      assertThat(Points.of(receiver, "unpark.backpressure.events"))
          .contains("limiter orders 3", "breaker stock 2", "rejection mail 1")
          .anyMatch(point -> point.matches("limiter Limits\\.main\\(Limits\\.java:\\d+\\) 2"));
      assertThat(Points.of(receiver, "unpark.breaker.state")).containsExactly("stock open 1");
      assertThat(jvm.agentLines()).isEmpty();
      try (HostJvm without = start(jdk, "without", null)) {
        Signal.give(folder.resolve("without"));
        await().atMost(PATIENCE).until(() -> without.stdout().contains("ready"));
        assertThat(jvm.stdout()).isEqualTo(without.stdout());
      }
    }
  }

  private HostJvm start(Path jdk, String name, String options) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    return HostJvm.start(
        jdk,
        own,
        options,
        Map.of(),
        HostJvm.libraries("resilience4j-", "guava-", "failureaccess", "slf4j-api"),
        Limits.class,
        own.toString());
  }
}
