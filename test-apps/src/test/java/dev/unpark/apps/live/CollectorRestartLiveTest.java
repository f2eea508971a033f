package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The collector goes away and comes back while a program under the agent is at work. */
@Tag("live")
class CollectorRestartLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final int REPORTS_MEANWHILE = 10;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenACollectorThatStops_whenItComesBack_thenAgentReportsAgainAndCountsItsLosses(
      int feature) {
    Jdk jdk = OnEachJdk.jdk(feature);
    String job = "job=\"" + Observatory.service(jdk, Scenario.HEALTHY_SERVER) + "\"";
    try (Observatory observatory = new Observatory()) {
      Program server = observatory.watch(jdk, Scenario.HEALTHY_SERVER);
      await()
          .atMost(PATIENCE)
          .until(() -> observatory.metric("jvm_thread_count", job).orElse(0.0) > 0);

      observatory.stopCollector();
      long reported = server.lineCount();
      await()
          .atMost(PATIENCE)
          .failFast("the program has ended", () -> !server.isAlive())
          .until(() -> server.lineCount() >= reported + REPORTS_MEANWHILE);
      observatory.restartCollector();

      await()
          .atMost(PATIENCE)
          .until(() -> observatory.metric("jvm_thread_count", job).orElse(0.0) > 0);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          observatory.metric(
                              "unpark_agent_events_total", job, "result=\"dropped\""))
                      .hasValueSatisfying(dropped -> assertThat(dropped).isPositive()));
      assertThat(Reports.of(server)).allMatch(report -> report.failed() == 0);
      assertThat(observatory.findings()).isEmpty();
    }
  }
}
