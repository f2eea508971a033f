package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import dev.unpark.apps.postgres.PostgresServer;
import dev.unpark.apps.rules.Board;
import dev.unpark.apps.rules.MetricNames;
import dev.unpark.telemetry.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the panels ask, asked of a real Prometheus while programs with faults run: all is answered.
 */
@Tag("live")
class DashboardLiveTest {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String INTERVAL = "15s";

  private static final List<Scenario> PROGRAMS =
      List.of(
          Scenario.HEALTHY_SERVER,
          Scenario.LEDGER_CONVOY,
          Scenario.SLOW_DEPENDENCY,
          Scenario.PRICING_STARVATION,
          Scenario.PAYMENTS_DEADLOCK,
          Scenario.PINNED_CARRIERS,
          Scenario.THRASHING_POOL,
          Scenario.PAYMENTS_IN_POSTGRES);

  /**
   * None of these programs has a limiter, a broker, a bounded queue, and so on; the collector of a
   * test keeps no incidents; a lock's hold time and pressure are in the table before they are sent.
   */
  private static final Set<Metric> NOT_SHOWN_HERE =
      Set.of(
          Metric.LOCK_HOLD_DURATION,
          Metric.LOCK_PRESSURE,
          Metric.BACKPRESSURE_EVENTS,
          Metric.BREAKER_STATE,
          Metric.RETRIES,
          Metric.KAFKA_RECORDS_LAG_MAX,
          Metric.EXECUTOR_QUEUE_CAPACITY,
          Metric.EXECUTOR_QUEUE_WAIT_QUANTILE,
          Metric.AGENT_EVIDENCE,
          Metric.COLLECTOR_INCIDENTS,
          Metric.COLLECTOR_STORE_FAILURES,
          Metric.COLLECTOR_STORE_SIZE,
          Metric.COLLECTOR_EXPORT_FAILURES,
          Metric.COLLECTOR_REJECTED,
          Metric.COLLECTOR_DROPPED);

  private static final List<String> NOR_THESE = List.of("kafka", "queue_used", "abandoned");

  @Test
  void givenProgramsWithFaults_whenThePanelsAskPrometheus_thenEachIsAnswered(@TempDir Path scratch)
      throws Exception {
    Jdk jdk = OnEachJdk.jdk(OnEachJdk.NEWEST);
    List<String> unanswered = new ArrayList<>();
    try (Observatory observatory = new Observatory();
        Alarms prometheus = Alarms.impatient(observatory, scratch)) {
      for (Scenario scenario : PROGRAMS) {
        if (scenario != Scenario.PAYMENTS_IN_POSTGRES || PostgresServer.installed().isPresent()) {
          start(observatory, jdk, scenario);
        }
      }
      for (Board board : Board.all()) {
        board.expressions().stream()
            .filter(DashboardLiveTest::isShownHere)
            .map(expression -> MetricNames.filledIn(expression, INTERVAL))
            .forEach(unanswered::add);
      }
      assertThat(unanswered).hasSizeGreaterThan(50);
      await()
          .pollInterval(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                unanswered.removeIf(query -> prometheus.ask(query) > 0);
                assertThat(unanswered).isEmpty();
              });
    }
  }

  private static void start(Observatory observatory, Jdk jdk, Scenario scenario) {
    Program program = observatory.watch(jdk, scenario);
    if (scenario.isFaulty()) {
      await(scenario.label())
          .atMost(START)
          .failFast(() -> assertThat(program.isAlive()).as(program.output()).isTrue())
          .until(() -> program.faultReached().isPresent());
    }
  }

  private static boolean isShownHere(String expression) {
    return NOT_SHOWN_HERE.stream().noneMatch(m -> expression.contains(m.prometheusName()))
        && NOR_THESE.stream().noneMatch(expression::contains)
        && !(PostgresServer.installed().isEmpty() && expression.contains("db_"));
  }
}
