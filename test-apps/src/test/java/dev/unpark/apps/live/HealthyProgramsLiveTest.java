package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.MendedPrograms;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs without a fault: whatever is said of them is a false alarm. All of them run at once: a
 * machine that is short of processors waits more, which is the point.
 *
 * <p>{@code scripts/game-day --healthy 120} watches them for longer than {@code ./verify} does.
 */
@Tag("live")
class HealthyProgramsLiveTest {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration WATCHED =
      Duration.ofSeconds(Integer.getInteger("unpark.healthy.seconds", 45));

  /** A shop that answers so few is not under load. */
  private static final int SERVED_A_SECOND = 15;

  private static final String MENDED = "mended-programs-";

  /**
   * All mended programs of a JDK share a JVM: their threads, locks and pools are told apart by the
   * agent anyway. The shops have one each.
   */
  @Test
  void givenProgramsWithoutAFault_whenWatched_thenNothingIsFoundAndNobodyIsAlerted(
      @TempDir Path scratch) throws Exception {
    try (Observatory observatory = new Observatory();
        Alarms alarms = Alarms.patient(observatory, scratch)) {
      List<Program> shops = new ArrayList<>();
      List<Program> mended = new ArrayList<>();
      for (Jdk jdk : OnEachJdk.from(OnEachJdk.OLDEST)) {
        shops.add(observatory.watch(jdk, Scenario.HEALTHY_SERVER));
        mended.add(observatory.watch(jdk, MENDED + jdk.feature(), MendedPrograms.class));
        awaitReports(observatory, Observatory.service(jdk, Scenario.HEALTHY_SERVER));
        awaitReports(observatory, MENDED + jdk.feature());
      }

      assertNothingFound(observatory);

      assertThat(alarms.isAlive()).isTrue();
      assertThat(alarms.ask("unpark_collector_jvms")).as("what Prometheus sees").isPositive();
      assertThat(alarms.firing()).isEmpty();
      assertThat(alarms.pager().lines()).isEmpty();
      assertThat(mended).allMatch(Program::isAlive);
      assertThat(shops)
          .allMatch(Program::isAlive)
          .allSatisfy(
              shop ->
                  assertThat(Reports.last(shop).served())
                      .isGreaterThan(WATCHED.toSeconds() * SERVED_A_SECOND))
          .allSatisfy(shop -> assertThat(Reports.last(shop).failed()).isZero());
    }
  }

  private static void assertNothingFound(Observatory observatory) {
    try {
      await()
          .pollInterval(Duration.ofMillis(500))
          .during(WATCHED)
          .atMost(WATCHED.plusSeconds(10))
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
