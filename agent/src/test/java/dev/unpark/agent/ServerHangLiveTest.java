package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.program.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools and event loops of real servers that wait for themselves, and that do not. */
class ServerHangLiveTest {
  /** A task that completes the future is proof; one that only has the latch at hand is not. */
  private static final Map<String, String> VERDICTS =
      Map.of(
          "tomcat", "proven starvation-deadlock",
          "spring", "proven starvation-deadlock",
          "jetty", "suspected starvation-deadlock",
          "vertx", "suspected starvation-deadlock",
          "undertow", "suspected starvation-deadlock",
          "netty", "suspected starvation-deadlock");

  private static final List<String> LIBRARIES =
      HostJvm.libraries(
          "tomcat-",
          "jetty-",
          "netty-",
          "vertx-",
          "jackson-core",
          "undertow-",
          "xnio-",
          "jboss-",
          "wildfly-",
          "spring-",
          "slf4j-");

  @TempDir Path folder;

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenServersThatWaitForThemselves_whenWatched_thenEachIsFound(Path jdk) throws Exception {
    try (HostJvm jvm = start(jdk, "hang")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> Hangs.found(jvm, VERDICTS, Map.of()).size() == VERDICTS.size());

      System.out.println(jdk.getFileName() + " " + Hangs.found(jvm, VERDICTS, Map.of()));
    }
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenServersWithAThreadToSpare_whenWatched_thenNothingIsFound(Path jdk) throws Exception {
    try (HostJvm jvm = start(jdk, "5")) {
      assertThat(jvm.exitCode(60)).as(jvm.stderr()).isZero();

      assertThat(jvm.findings()).isEmpty();
      assertThat(jvm.stdout()).endsWith("fine\n");
    }
  }

  private HostJvm start(Path jdk, String argument) throws Exception {
    String options = "findings.log=off,findings.file=" + folder.resolve("findings.json");
    return HostJvm.start(jdk, folder, options, Map.of(), LIBRARIES, Servers.class, argument);
  }
}
