package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.MendedPrograms;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs without a fault: whatever is said of them is a false alarm. */
@Tag("live")
class HealthyProgramsLiveTest {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final String MENDED = "mended-programs-";

  private static List<Jdk> jdks() {
    return List.of(OnEachJdk.jdk(OnEachJdk.OLDEST), OnEachJdk.jdk(OnEachJdk.NEWEST));
  }

  /** Both at once: a test machine that is short of processors waits more, which is the point. */
  @Test
  void givenAServerUnderLoad_whenWatchedForAMinute_thenNothingIsFound() {
    try (Observatory observatory = new Observatory()) {
      List<Program> servers =
          jdks().stream().map(jdk -> observatory.watch(jdk, Scenario.HEALTHY_SERVER)).toList();
      jdks()
          .forEach(
              jdk -> awaitReports(observatory, Observatory.service(jdk, Scenario.HEALTHY_SERVER)));

      assertNothingFound(observatory, MINUTE);

      assertThat(servers).allMatch(Program::isAlive);
      assertThat(servers)
          .allSatisfy(server -> assertThat(Reports.last(server).served()).isGreaterThan(2_000))
          .allSatisfy(server -> assertThat(Reports.last(server).failed()).isZero());
    }
  }

  /**
   * All of a JDK share a JVM: their threads, locks and pools are told apart by the agent anyway.
   */
  @Test
  void givenEveryMendedProgram_whenWatchedForAMinute_thenNothingIsFound() {
    try (Observatory observatory = new Observatory()) {
      List<Program> programs =
          jdks().stream()
              .map(jdk -> observatory.watch(jdk, MENDED + jdk.feature(), MendedPrograms.class))
              .toList();
      jdks().forEach(jdk -> awaitReports(observatory, MENDED + jdk.feature()));

      assertNothingFound(observatory, MINUTE);

      assertThat(programs).allMatch(Program::isAlive);
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

  private static void awaitReports(Observatory observatory, String service) {
    String job = "job=\"" + service + "\"";
    await().atMost(START).until(() -> observatory.metric("jvm_thread_count", job).orElse(0.0) > 0);
  }
}
