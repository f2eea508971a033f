package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent alone, with no collector anywhere. */
@Tag("live")
class LocalModeLiveTest {
  private static final Duration HANG = Duration.ofSeconds(30);
  private static final Duration IN_TIME = Duration.ofSeconds(3);

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenNoCollector_whenAPoolStarves_thenTheFileTellsAndStandardErrorToo(
      int feature, @TempDir Path scratch) throws IOException {
    Jdk jdk = OnEachJdk.jdk(feature);
    Path file = scratch.resolve("findings.jsonl");
    List<String> command =
        Observatory.BUILT.underAgent(
            jdk, "findings.file=" + file, Scenario.PRICING_STARVATION.mainClass(), List.of());
    try (Program program = Program.start(command, Map.of(), line -> {})) {
      await().atMost(HANG).until(() -> program.faultReached().isPresent());
      Instant fault = program.faultReached().orElseThrow();
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(IN_TIME.plusSeconds(20))
          .until(() -> lines(file).stream().anyMatch(LocalModeLiveTest::isProvenStarvation));

      assertThat(Duration.between(fault, Instant.now())).isLessThan(IN_TIME);
      assertThat(lines(file))
          .extracting(finding -> finding.path("type").asText())
          .containsOnly("starvation-deadlock");
      await()
          .atMost(IN_TIME)
          .untilAsserted(() -> assertThat(program.output()).contains("starvation deadlock"));
    }
  }

  private static boolean isProvenStarvation(JsonNode finding) {
    return finding.path("type").asText().equals("starvation-deadlock")
        && finding.path("certainty").asText().equals("proven");
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    ObjectMapper json = new ObjectMapper();
    String written = Files.readString(file);
    // A line that is being written ends with no line feed yet.
    return written
        .substring(0, written.lastIndexOf('\n') + 1)
        .lines()
        .map(
            line -> {
              try {
                return json.readTree(line);
              } catch (IOException e) {
                throw new AssertionError("not a line of JSON: " + line, e);
              }
            })
        .toList();
  }
}
