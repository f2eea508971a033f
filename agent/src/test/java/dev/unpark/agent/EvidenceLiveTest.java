package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.agent.program.Hang;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import one.profiler.AsyncProfiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A finding's profile, taken by the real profiler in real JVMs. */
class EvidenceLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path JAR =
      Path.of(AsyncProfiler.class.getProtectionDomain().getCodeSource().getLocation().getPath());

  @TempDir Path folder;

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenADeadlock_whenFound_thenItsProfileNamesTheCulprits(Path jdk) throws Exception {
    String options = options("evidence.profiler=" + JAR);
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Hang.class, "locks")) {
      await().atMost(PATIENCE).until(() -> withEvidence(jvm).isPresent());

      JsonNode finding = withEvidence(jvm).orElseThrow();
      assertThat(finding.get("type").asText()).isEqualTo("deadlock");
      Path flameGraph = Path.of(file(finding, "flame-graph"));
      Path recording = Path.of(file(finding, "recording"));
      assertThat(frames(flameGraph)).anyMatch(frame -> frame.endsWith("program/Hang.inLocks"));
      assertThat(waitingIn(recording, "inLocks")).contains("first", "second");
      assertThat(flameGraph.resolveSibling("finding.json")).exists();
      assertThat(names(folder.resolve("evidence"))).hasSize(1); // And the library is gone.
      assertThat(jvm.stderr()).isEmpty();
    }
  }

  @Test
  void givenAProfilerThatCannotBeLoaded_whenSomethingIsFound_thenOneLineTells() throws Exception {
    Path broken = folder.resolve("broken.jar");
    Files.writeString(broken, "no jar");
    Path jdk = HostJvm.jdks().get(0);
    String options = options("evidence.profiler=" + broken);
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Hang.class, "monitors")) {
      await().atMost(PATIENCE).until(() -> !jvm.agentLines().isEmpty());

      assertThat(jvm.agentLines())
          .singleElement()
          .asString()
          .startsWith("unpark: no evidence of 'deadlock' (")
          .endsWith("; findings go on without");
      await().atMost(PATIENCE).until(() -> !jvm.findings().isEmpty());
      assertThat(names(folder.resolve("evidence"))).isEmpty();
    }
  }

  @Test
  void givenNoProfiler_whenStarted_thenOneLineSaysHowToGetIt() throws Exception {
    Path jdk = HostJvm.jdks().get(0);
    String options = options("evidence.profiler=/nowhere/async-profiler.jar");
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Hang.class, "monitors")) {
      await().atMost(PATIENCE).until(() -> !jvm.findings().isEmpty());

      assertThat(jvm.agentLines())
          .containsExactly(
              "unpark: no evidence will be taken (there is no file"
                  + " '/nowhere/async-profiler.jar'); findings go on without");
    }
  }

  private String options(String more) {
    return "findings.log=off,findings.file=%s,evidence=%s,%s"
        .formatted(folder.resolve("findings.json"), folder.resolve("evidence"), more);
  }

  private static Optional<JsonNode> withEvidence(HostJvm jvm) {
    return jvm.findings().stream()
        .filter(finding -> !finding.get("evidence").isEmpty())
        .findFirst();
  }

  private static String file(JsonNode finding, String kind) {
    for (JsonNode evidence : finding.get("evidence")) {
      if (evidence.get("kind").asText().equals(kind)) {
        return evidence.get("file").asText();
      }
    }
    throw new AssertionError("no " + kind + " in " + finding.get("evidence"));
  }

  /** The names in a flame graph; each entry begins with how much it shares with the one before. */
  private static List<String> frames(Path flameGraph) throws Exception {
    String page = Files.readString(flameGraph, StandardCharsets.UTF_8);
    String pool = page.substring(page.indexOf("const cpool = [") + 15, page.indexOf("\n];"));
    List<String> frames = new ArrayList<>();
    String before = "";
    for (String line : pool.strip().split("\n")) {
      String quoted = line.substring(1, line.lastIndexOf('\''));
      String entry = quoted.replaceAll("\\\\(.)", "$1");
      before =
          frames.isEmpty()
              ? entry
              : before.substring(0, entry.charAt(0) - ' ') + entry.substring(1);
      frames.add(before);
    }
    return frames;
  }

  private static Set<String> waitingIn(Path recording, String method) throws Exception {
    try (RecordingFile events = new RecordingFile(recording)) {
      Set<String> threads = new TreeSet<>();
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        if (event.getEventType().getName().equals("profiler.WallClockSample")
            && event.getStackTrace() != null
            && event.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getName().equals(method))) {
          threads.add(event.getThread("sampledThread").getJavaName());
        }
      }
      return threads;
    }
  }

  private static List<String> names(Path of) throws Exception {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toList());
    }
  }
}
