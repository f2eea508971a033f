package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs without a fault: whatever is said of them is a false alarm. */
@Tag("live")
class HealthyProgramsLiveTest {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofSeconds(60);

  /** As many programs as two processors can run beside each other without each looking slow. */
  private static final int AT_ONCE = 10;

  private static final Duration A_WHILE = Duration.ofSeconds(20);

  /** Both at once: a test machine that is short of processors waits more, which is the point. */
  @Test
  void givenAServerUnderLoad_whenWatchedForAMinute_thenNothingIsFound() {
    Jdk oldest = OnEachJdk.jdk(OnEachJdk.OLDEST);
    Jdk newest = OnEachJdk.jdk(OnEachJdk.NEWEST);
    try (Observatory observatory = new Observatory()) {
      List<Program> servers =
          Stream.of(oldest, newest)
              .map(jdk -> observatory.watch(jdk, Scenario.HEALTHY_SERVER))
              .toList();
      awaitReports(observatory, oldest, Scenario.HEALTHY_SERVER);
      awaitReports(observatory, newest, Scenario.HEALTHY_SERVER);

      assertNothingFound(observatory, MINUTE);

      assertThat(servers).allMatch(Program::isAlive);
      assertThat(servers)
          .allSatisfy(server -> assertThat(Reports.last(server).served()).isGreaterThan(2_000))
          .allSatisfy(server -> assertThat(Reports.last(server).failed()).isZero());
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenTheMendedPrograms_whenWatchedForAWhile_thenNothingIsFound(int feature) {
    Jdk jdk = OnEachJdk.jdk(feature);
    List<Scenario> mended =
        Stream.of(Scenario.values())
            .filter(scenario -> scenario.finding().isPresent() && scenario.minJdk() <= feature)
            .toList();
    for (int from = 0; from < mended.size(); from += AT_ONCE) {
      watchMended(jdk, mended.subList(from, Math.min(from + AT_ONCE, mended.size())));
    }
  }

  private static void watchMended(Jdk jdk, List<Scenario> mended) {
    try (Observatory observatory = new Observatory()) {
      mended.forEach(scenario -> observatory.watch(jdk, scenario, "--healthy"));
      mended.forEach(scenario -> awaitReports(observatory, jdk, scenario));

      assertNothingFound(observatory, A_WHILE);
    }
  }

  private static void assertNothingFound(Observatory observatory, Duration length) {
    try {
      await()
          .pollInterval(Duration.ofMillis(500))
          .during(length)
          .atMost(length.plusSeconds(10))
          .failFast("a false alarm", () -> !observatory.findings().isEmpty())
          .until(() -> observatory.findings().isEmpty());
      // Nor one that opened and closed between two of our looks.
      assertThat(observatory.metric("unpark_findings_total").orElse(0.0)).isZero();
    } catch (RuntimeException | Error e) {
      System.out.println(observatory.findings());
      System.out.println(observatory.outputs());
      throw e;
    }
  }

  private static void awaitReports(Observatory observatory, Jdk jdk, Scenario scenario) {
    String job = "job=\"" + Observatory.service(jdk, scenario) + "\"";
    await().atMost(START).until(() -> observatory.metric("jvm_thread_count", job).orElse(0.0) > 0);
  }
}
