package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.program.Hang;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent comes into a JVM that runs already, leaves it as it was, and comes again. */
class AttachLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What only a soft reference keeps (the JDK has one to the record made last) is gone at once. */
  private static final List<String> SOFT = List.of("-XX:SoftRefLRUPolicyMSPerMB=0");

  @TempDir Path folder;

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenAHungProgram_whenAttachedDetachedAndAttachedAgain_thenEachTimeItIsAsExpected(Path jdk)
      throws Exception {
    String options = "findings.log=off,findings.file=" + folder.resolve("findings.json");
    try (HostJvm jvm = HostJvm.start(jdk, folder, SOFT, Map.of(), Hang.class, "locks")) {
      await().atMost(PATIENCE).until(() -> jvm.stdout().contains("hung"));
      assertThat(jvm.attach("detach")).isEqualTo("refused: no Unpark agent runs in this JVM");

      for (int i = 0; i < 2; i++) {
        Files.deleteIfExists(folder.resolve("findings.json"));
        assertThat(jvm.attach(options)).isEqualTo("running");
        assertThat(jvm.attach(options))
            .isEqualTo("refused: an Unpark agent runs in this JVM already");
        await().atMost(PATIENCE).until(() -> isProven(jvm));
        await().atMost(PATIENCE).until(() -> jcmd(jdk, jvm, "JFR.check").contains("recording"));

        assertThat(jvm.attach("detach")).isEqualTo("detached");
        assertThat(jcmd(jdk, jvm, "Thread.print")).doesNotContain("\"unpark-");
        assertThat(jcmd(jdk, jvm, "JFR.check")).contains("No available recordings");
        // Two collections: what the first one frees may be what keeps the loader alive.
        jcmd(jdk, jvm, "GC.run");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(jcmd(jdk, jvm, "GC.class_histogram"))
                        .doesNotContain("dev.unpark.agent.AgentLoader"));
      }
    }
  }

  private static boolean isProven(HostJvm jvm) {
    return jvm.findings().stream()
        .anyMatch(finding -> finding.get("certainty").asText().equals("proven"));
  }

  private static String jcmd(Path jdk, HostJvm jvm, String command) throws Exception {
    Process process =
        new ProcessBuilder(jdk.resolve("bin/jcmd").toString(), Long.toString(jvm.pid()), command)
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }
}
