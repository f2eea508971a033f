package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.agent.program.Benign;
import dev.unpark.agent.program.Echo;
import dev.unpark.agent.program.LateSettings;
import dev.unpark.agent.program.OwnEvents;
import dev.unpark.agent.program.Rude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent in real JVMs that are well: it finds nothing, and changes nothing. */
class HarmLiveTest {
  private static final String RUN_MILLIS = "1500";
  private static final String LONG_RUN = "6000";

  @TempDir Path folder;

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenABusyHealthyProgram_whenWatched_thenNothingIsFound(Path jdk) throws Exception {
    String options = "permits=true,findings.file=" + folder.resolve("findings.json");
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Benign.class, "12")) {
      assertThat(jvm.exitCode(40)).isZero();

      assertThat(jvm.findings()).isEmpty();
      assertThat(jvm.stdout()).isEqualTo("fine\n");
      assertThat(jvm.stderr()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenTheAgent_whenAProgramRuns_thenItsOutputAndExitCodeAreItsOwn(Path jdk) throws Exception {
    List<String> plain = run(jdk, null, Map.of(), 0);

    assertThat(run(jdk, "", Map.of(), 0)).isEqualTo(plain);
    assertThat(run(jdk, "enabled=false", Map.of(), 0)).isEqualTo(plain);
    assertThat(run(jdk, "hooks=false,jfr=false", Map.of(), 0)).isEqualTo(plain);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenAMistakeInTheOptions_whenAProgramRuns_thenOneLineTellsAndTheProgramRuns(Path jdk)
      throws Exception {
    List<String> plain = run(jdk, null, Map.of(), 0);

    assertThat(run(jdk, "findngs.log=off", Map.of(), 1)).isEqualTo(plain);
    assertThat(run(jdk, "sampling.interval=soon", Map.of(), 1)).isEqualTo(plain);
    assertThat(run(jdk, "endpoint=localhost", Map.of(), 1)).isEqualTo(plain);
    assertThat(run(jdk, "", Map.of("UNPARK_CPU_BUDGET", "much"), 1)).isEqualTo(plain);
    Path noFolder = Files.createFile(folder.resolve("a-file")).resolve("findings.json");
    // These are told by the agent's thread, once it gets the processor.
    assertThat(run(jdk, "findings.file=" + noFolder, Map.of(), 1, LONG_RUN)).isEqualTo(plain);
    assertThat(run(jdk, "endpoint=http://127.0.0.1:1", Map.of(), 1, LONG_RUN)).isEqualTo(plain);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenSettingsThatTheJvmReadsOnce_whenAProgramMakesThemLate_thenTheyStillCount(Path jdk)
      throws Exception {
    String plain = late(jdk, List.of(), "1");

    assertThat(late(jdk, List.of("-javaagent:" + HostJvm.agentJar()), "2000")).isEqualTo(plain);
    for (String host : List.of("localhost", "127.0.0.1")) {
      assertThat(late(jdk, List.of("-javaagent:" + connectedTo("http://" + host)), "2000"))
          .isEqualTo(plain);
    }
    assertThat(late(jdk, List.of("-javaagent:" + connectedTo("https://127.0.0.1")), "2000"))
        .isEqualTo(plain);
  }

  private static String connectedTo(String host) {
    return HostJvm.agentJar() + "=endpoint=" + host + ":1";
  }

  private String late(Path jdk, List<String> agent, String millis) throws Exception {
    List<String> options =
        Stream.concat(
                agent.stream(),
                Stream.of(
                    "--add-opens=java.base/sun.security.ssl=ALL-UNNAMED",
                    "--add-opens=java.base/sun.net=ALL-UNNAMED"))
            .toList();
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), LateSettings.class, millis)) {
      assertThat(jvm.exitCode(60)).as(jvm.stderr()).isZero();
      return jvm.stdout();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenTwoAgents_whenAProgramStarts_thenOneRunsAndOneLineTells(Path jdk) throws Exception {
    String agent = "-javaagent:" + HostJvm.agentJar();
    try (HostJvm jvm =
        HostJvm.start(jdk, folder, List.of(agent, agent), Map.of(), Echo.class, RUN_MILLIS)) {
      assertThat(jvm.exitCode(60)).isEqualTo(Echo.EXIT_CODE);
      assertThat(jvm.agentLines())
          .containsExactly(
              "unpark: an Unpark agent runs in this JVM already; this one is left out");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenInterruptsAndNoMemory_whenThreadsHangAfterwards_thenTheAgentStillFindsThem(Path jdk)
      throws Exception {
    String options = "findings.log=off,findings.file=" + folder.resolve("findings.json");
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, Map.of(), Rude.class, "4000")) {
      assertThat(jvm.exitCode(90)).isEqualTo(5);

      assertThat(jvm.stdout()).isEqualTo("full 1\ndone\n");
      // Of the stack, without the agent too.
      assertThat(jvm.otherLines()).allMatch(line -> line.contains("Server VM warning"));
      assertThat(jvm.findings())
          .anyMatch(finding -> finding.get("certainty").asText().equals("proven"));
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenEventsOfTheProgramsOwn_whenFlightRecorderRuns_thenTheyAreNotSwitchedOn(Path jdk)
      throws Exception {
    try (HostJvm jvm = HostJvm.start(jdk, folder, "", Map.of(), OwnEvents.class)) {
      assertThat(jvm.exitCode(60)).isZero();

      assertThat(jvm.stdout()).isEqualTo("recorder runs, own event is off\n");
    }
  }

  /** What the program printed and how it ended; the agent must have said so many lines. */
  private List<String> run(
      Path jdk, String options, Map<String, String> environment, int agentLines) throws Exception {
    return run(jdk, options, environment, agentLines, RUN_MILLIS);
  }

  private List<String> run(
      Path jdk, String options, Map<String, String> environment, int agentLines, String runMillis)
      throws Exception {
    try (HostJvm jvm = HostJvm.start(jdk, folder, options, environment, Echo.class, runMillis)) {
      int exitCode = jvm.exitCode(60);
      assertThat(jvm.agentLines()).as("%s: %s", options, jvm.stderr()).hasSize(agentLines);
      return List.of("exit " + exitCode, jvm.stdout(), String.join("\n", jvm.otherLines()));
    }
  }
}
