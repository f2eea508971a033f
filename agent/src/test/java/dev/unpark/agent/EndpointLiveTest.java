package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.Receiver.Manner;
import dev.unpark.agent.program.Benign;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent beside receivers that are well, gone, slow or hostile. */
class EndpointLiveTest {
  private static final String EVENTS = "unpark.agent.events";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"NEVER_ANSWERS", "ANSWERS_GARBAGE", "REFUSES"})
  void givenAHostileReceiver_whenAProgramRuns_thenItEndsAsItWouldWithout(Manner manner)
      throws Exception {
    try (Receiver receiver = new Receiver(0, manner);
        HostJvm jvm = start(receiver.endpoint(), "9")) {
      assertThat(jvm.exitCode(20)).isZero();

      assertThat(receiver.requests()).isPositive();
      assertThat(jvm.stdout()).isEqualTo("fine\n");
      assertThat(jvm.otherLines()).isEmpty();
    }
  }

  @Test
  void givenAReceiverThatComesBack_whenItDoes_thenTheAgentReportsAgainAndCountsItsLosses()
      throws Exception {
    int port;
    HostJvm jvm;
    try (Receiver before = new Receiver(0, Manner.ACCEPTS)) {
      port = before.port();
      jvm = start(before.endpoint(), "60");
      await().atMost(PATIENCE).until(() -> before.observations() > 1);
    }
    try (jvm) {
      await().atMost(PATIENCE).until(() -> !jvm.agentLines().isEmpty());
      try (Receiver after = new Receiver(port, Manner.ACCEPTS)) {
        await().atMost(PATIENCE).until(() -> after.counter(EVENTS, "dropped").orElse(0.0) > 0);
        await().atMost(PATIENCE).until(() -> after.observations() > 0);

        assertThat(after.counter(EVENTS, "recorded").orElse(0.0)).isPositive();
        assertThat(after.counter("unpark.agent.hook.active", "synchronizer-wait")).contains(1.0);
      }
    }
  }

  private HostJvm start(String endpoint, String seconds) throws IOException {
    return HostJvm.start(
        Path.of(System.getProperty("java.home")),
        folder,
        "metrics.interval=1s,endpoint=" + endpoint,
        Map.of(),
        Benign.class,
        seconds);
  }
}
