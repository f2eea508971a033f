package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each small program with one failure mode, under the real agent on every JDK that can run it: it
 * yields the one finding that it should, about the right threads, and no other.
 */
@Tag("live")
class FailureModesLiveTest {
  private static final Duration FAULT = Duration.ofSeconds(40);

  /** These bounds only tell found from missed: two JVMs and a collector start at once here. */
  private static final Duration OF_A_KNOT = Duration.ofSeconds(15);

  private static final Duration OF_A_TREND = Duration.ofSeconds(45);
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  private static final Duration OPENS = Duration.ofSeconds(5);

  static Stream<Arguments> modes() {
    return Stream.of(
        hang(Scenario.READ_LOCK_UPGRADE, "editor-1", "editor-2"),
        hang(Scenario.CLASS_INITIALISERS, "price-loader", "tax-loader"),
        hang(Scenario.FUTURES_OF_ONE_POOL, "planner-1", "planner-2", "planner-3"),
        hang(Scenario.NESTED_CONNECTIONS, "clerk-1", "clerk-2", "clerk-3", "clerk-4", "clerk-5"),
        hang(Scenario.DEAD_PRODUCER, "printer-1", "printer-2", "printer-3"),
        trend(Scenario.SLOW_EXPORT, "nightly-export", "customer-1", "customer-8"),
        trend(Scenario.COLD_CACHE, "visitor-1", "visitor-30"),
        trend(Scenario.INVERTED_PRIORITY, "alarm", "report"),
        trend(Scenario.LEAKY_UPLOADS),
        trend(Scenario.BLOCKED_LOOP),
        trend(Scenario.PINNED_CARRIERS));
  }

  private static Arguments hang(Scenario scenario, String... threads) {
    return Arguments.of(scenario, OF_A_KNOT, Set.of(threads));
  }

  private static Arguments trend(Scenario scenario, String... threads) {
    return Arguments.of(scenario, OF_A_TREND, Set.of(threads));
  }

  /**
   * @param threads names of threads that must take part, of possibly more
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void givenAFailureMode_whenItComesAbout_thenItsFindingIsTheOnlyOne(
      Scenario scenario, Duration inTime, Set<String> threads) {
    List<Jdk> jdks =
        IntStream.of(OnEachJdk.OLDEST, OnEachJdk.NEWEST)
            .filter(feature -> feature >= scenario.minJdk())
            .mapToObj(OnEachJdk::jdk)
            .toList();
    try (Observatory observatory = new Observatory()) {
      List<Program> programs = jdks.stream().map(jdk -> observatory.watch(jdk, scenario)).toList();
      for (int i = 0; i < jdks.size(); i++) {
        String service = Observatory.service(jdks.get(i), scenario);
        try {
          assertFound(observatory, programs.get(i), service, scenario, inTime, threads);
        } catch (RuntimeException | Error e) {
          System.out.println(observatory.findings());
          System.out.println(observatory.outputs());
          throw e;
        }
      }
    }
  }

  private static void assertFound(
      Observatory observatory,
      Program program,
      String service,
      Scenario scenario,
      Duration inTime,
      Set<String> threads) {
    await()
        .atMost(FAULT)
        .failFast("the program has ended", () -> !program.isAlive())
        .until(() -> program.faultReached().isPresent());
    Instant fault = program.faultReached().orElseThrow();
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(inTime.plusSeconds(20))
        .until(() -> types(observatory, service).contains(scenario.finding().orElseThrow()));
    Duration detection = Duration.between(fault, Instant.now());
    System.out.printf("%s: found %d ms after the fault%n", service, detection.toMillis());
    // A vaguer finding may have opened first; it closes once the better one explains it.
    await()
        .during(AFTERWARDS)
        .atMost(OPENS.plus(AFTERWARDS).plusSeconds(10))
        .until(() -> types(observatory, service).equals(List.of(scenario.finding().orElseThrow())));
    JsonNode finding = findings(observatory, service).get(0);
    assertThat(names(finding)).containsAll(threads);
    assertThat(detection).as("time to find %s", service).isLessThan(inTime);
  }

  private static List<JsonNode> findings(Observatory observatory, String service) {
    return observatory.findings().stream()
        .filter(finding -> finding.path("jvm").path("service").asText().equals(service))
        .toList();
  }

  private static List<String> types(Observatory observatory, String service) {
    return findings(observatory, service).stream()
        .map(finding -> finding.path("type").asText())
        .toList();
  }

  private static Set<String> names(JsonNode finding) {
    Set<String> names = new TreeSet<>();
    finding
        .path("participants")
        .forEach(participant -> names.add(participant.path("thread").path("name").asText()));
    return names;
  }
}
