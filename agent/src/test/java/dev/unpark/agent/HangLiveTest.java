package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.agent.program.AllHangs;
import dev.unpark.agent.program.Hang;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent in real JVMs that hang: each hang is found, proven, in time, with the right threads.
 */
class HangLiveTest {
  private static final Duration BAR = Duration.ofSeconds(2);
  private static final String STARVATION = "starvation-deadlock";

  /** True of each virtual thread that hangs in a static initialiser, and told a moment later. */
  private static final String PINNING = "virtual-thread-pinning";

  @TempDir Path folder;

  static Stream<Arguments> hangs() {
    Stream<Arguments> everywhere =
        HostJvm.jdks().stream()
            .flatMap(
                jdk ->
                    Stream.of(
                        Arguments.of(jdk, "locks", "deadlock", Set.of("first", "second")),
                        Arguments.of(jdk, "monitors", "deadlock", Set.of("first", "second")),
                        Arguments.of(jdk, "mixed", "deadlock", Set.of("first", "second")),
                        Arguments.of(jdk, "upgrade", "deadlock", Set.of("first")),
                        Arguments.of(jdk, "hostile-threads", "deadlock", Set.of("first", "second")),
                        Arguments.of(jdk, "later-reader", "deadlock", Set.of("first", "second")),
                        Arguments.of(jdk, "join", "deadlock", Set.of("first", "second")),
                        Arguments.of(
                            jdk, "pool", "starvation-deadlock", Set.of("worker-1", "worker-2"))));
    Stream<Arguments> futures =
        HostJvm.jdks().stream().flatMap(jdk -> otherHangs().map(hang -> hang.on(jdk)));
    Stream<Arguments> virtual =
        HostJvm.jdk25().stream()
            .flatMap(
                jdk ->
                    Stream.of(
                            "virtual-class-init",
                            "virtual-and-platform-class-init",
                            "virtual-locks",
                            "virtual-monitors",
                            "virtual-and-platform-monitors",
                            "virtual-monitor-platform-lock",
                            "platform-monitor-virtual-lock")
                        .map(
                            shape ->
                                Arguments.of(jdk, shape, "deadlock", Set.of("first", "second"))));
    return Stream.of(everywhere, futures, virtual).flatMap(Function.identity());
  }

  private record Shape(String name, String type, Set<String> threads) {
    Arguments on(Path jdk) {
      return Arguments.of(jdk, name, type, threads);
    }
  }

  private static Stream<Shape> otherHangs() {
    Set<String> workers = Set.of("worker-1", "worker-2");
    return Stream.of(
        new Shape("completable", STARVATION, workers),
        new Shape("completable-chain", STARVATION, workers),
        new Shape("completable-all-of", STARVATION, workers),
        new Shape("fork-join", STARVATION, workers),
        new Shape("common-pool", STARVATION, workers),
        new Shape("two-pools", STARVATION, Set.of("one-1", "other-1")),
        new Shape("scheduler", STARVATION, Set.of("timer-1")),
        new Shape("home-made-worker", STARVATION, Set.of("loop-1")),
        new Shape("event-loop", STARVATION, Set.of("loop-1")),
        new Shape("event-loop-completable", STARVATION, Set.of("loop-1")),
        new Shape("class-init", "deadlock", Set.of("first", "second")),
        new Shape("class-init-and-lock", "deadlock", Set.of("first", "second")),
        new Shape("class-init-of-superclass", "deadlock", Set.of("first", "second")),
        new Shape("class-init-by-name", "deadlock", Set.of("first", "second")),
        new Shape("owed", "deadlock", Set.of("first", "second")));
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("hangs")
  void givenAHang_whenWatched_thenItIsProvenInTimeWithTheRightThreads(
      Path jdk, String shape, String type, Set<String> threads) throws Exception {
    String options = "findings.log=off,findings.file=" + folder.resolve("findings.json");
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Hang.class, shape)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> proven(jvm).isPresent());

      JsonNode finding = proven(jvm).orElseThrow();
      assertThat(finding.get("type").asText()).isEqualTo(type);
      assertThat(Hangs.members(finding)).isEqualTo(new TreeSet<>(threads));
      Duration latency =
          Duration.between(hungAt(jvm), Instant.parse(finding.get("observedAt").asText()));
      System.out.println(
          shape + " on " + jdk.getFileName() + " proven after " + latency.toMillis() + " ms");
      assertThat(latency).isLessThan(BAR);
      assertThat(jvm.findings())
          .extracting(line -> line.get("type").asText())
          .filteredOn(found -> !found.equals(PINNING))
          .containsOnly(type);
      assertThat(jvm.stderr()).isEmpty();
    }
  }

  /** Shapes that hang in one JVM, of two threads each unless the shape has one. */
  private static final Map<String, String> TOGETHER =
      Map.ofEntries(
          Map.entry("stamped-writers", "proven deadlock"),
          Map.entry("stamped-readers", "proven deadlock"),
          Map.entry("stamped-views", "proven deadlock"),
          Map.entry("semaphores", "proven deadlock"),
          Map.entry("one-more-permit", "proven deadlock"),
          Map.entry("new-semaphores", "suspected resource-pool-starvation"),
          Map.entry("latch-in-pool", "suspected starvation-deadlock"),
          Map.entry("latch-in-fork-join", "suspected starvation-deadlock"),
          Map.entry("barrier-in-pool", "suspected starvation-deadlock"),
          Map.entry("phaser-in-pool", "suspected starvation-deadlock"),
          Map.entry("timer", "proven starvation-deadlock"),
          Map.entry("two-loops", "suspected starvation-deadlock"),
          Map.entry("chain-of-nodes", "suspected starvation-deadlock"),
          Map.entry("static-parallel", "suspected deadlock"),
          Map.entry("ended-owner", "proven orphaned-wait"),
          Map.entry("failed-counter", "suspected orphaned-wait"),
          Map.entry("owed-by-hand", "suspected deadlock"));

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenManyHangsInOneJvm_whenWatched_thenEachIsFoundInTimeWithTheRightThreads(Path jdk)
      throws Exception {
    String options =
        "permits=true,findings.log=off,findings.file=" + folder.resolve("findings.json");
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), AllHangs.class)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(() -> assertThat(together(jvm)).containsOnlyKeys(TOGETHER.keySet()));

      together(jvm)
          .forEach(
              (shape, latency) ->
                  System.out.println(
                      shape
                          + " on "
                          + jdk.getFileName()
                          + " found after "
                          + latency.toMillis()
                          + " ms"));
      // Each is met while the others begin, by one sampler, on a machine with others to run.
      assertThat(together(jvm).values())
          .allSatisfy(found -> assertThat(found).isLessThan(BAR.multipliedBy(4)));
      assertThat(jvm.stderr()).isEmpty();
    }
  }

  private static Map<String, Duration> together(HostJvm jvm) {
    return Hangs.found(jvm, TOGETHER, Map.of("timer", 1, "failed-counter", 1));
  }

  private static Optional<JsonNode> proven(HostJvm jvm) {
    return jvm.findings().stream()
        .filter(finding -> finding.get("certainty").asText().equals("proven"))
        .findFirst();
  }

  private static Instant hungAt(HostJvm jvm) {
    Instant hung = Hangs.at(jvm, "hung ");
    return hung == null ? Instant.now() : hung;
  }
}
