package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How soon a knot is proven, by agent and collector, with nothing else beside them. */
@Tag("live")
class InTimeLiveTest {
  private static final Duration HANG = Duration.ofSeconds(30);
  private static final Duration BAR = Duration.ofSeconds(3);

  static Stream<Arguments> knots() {
    return Stream.of(
            Scenario.PAYMENTS_DEADLOCK,
            Scenario.PAYMENTS_DEADLOCK_VIRTUAL,
            Scenario.PRICING_STARVATION)
        .flatMap(
            scenario ->
                OnEachJdk.from(scenario.minJdk()).stream().map(jdk -> Arguments.of(scenario, jdk)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("knots")
  void givenAKnotInOneJvm_whenItHangs_thenItIsProvenWithinThreeSeconds(Scenario scenario, Jdk jdk) {
    try (Observatory observatory = new Observatory()) {
      Program program = observatory.watch(jdk, scenario);
      await()
          .atMost(HANG)
          .failFast("the program has ended", () -> !program.isAlive())
          .until(() -> program.faultReached().isPresent());
      Instant fault = program.faultReached().orElseThrow();
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(HANG)
          .until(() -> isProven(observatory, scenario));
      Duration detection = Duration.between(fault, Instant.now());
      System.out.printf(
          "%s on JDK %s: proven %d ms after the fault%n",
          scenario.label(), jdk.version(), detection.toMillis());
      assertThat(detection).isLessThan(BAR);
    }
  }

  private static boolean isProven(Observatory observatory, Scenario scenario) {
    return observatory.findings().stream()
        .map(Told::new)
        .anyMatch(told -> told.isProven() && scenario.finding().orElseThrow().equals(told.type()));
  }
}
