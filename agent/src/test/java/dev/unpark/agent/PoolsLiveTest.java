package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.Receiver.Manner;
import dev.unpark.agent.program.Pools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pools at work keep their compiled code: {@code ThreadPoolExecutor} is woven while nobody works in
 * one, or not at all, and never given its own code back.
 */
class PoolsLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String HOOK = "unpark.agent.hook.active";
  private static final String REJECTED = "jvm.executor.task.rejected";
  private static final String POOL = "java.util.concurrent.ThreadPoolExecutor,";
  private static final String EVERY_EXECUTOR = "java.util.concurrent.AbstractExecutorService,";

  @TempDir Path folder;

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenPoolsOfTheFirstMoment_whenWatchedFromTheStart_thenTheirRefusalsAndPlacesAreKnown(
      Path jdk) throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "-javaagent:" + HostJvm.agentJar() + "=" + options(receiver))) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(Points.of(receiver, HOOK))
                    .contains("executor-creation 1", "executor-rejection 1")
                    .noneMatch(point -> point.startsWith("rejection-policies"));
                assertThat(refusals(receiver, "own")).isPositive();
                assertThat(refusals(receiver, "standard")).isPositive();
              });
      assertThat(jvm.agentLines()).isEmpty();
      assertThat(redefinitions(POOL)).isOne();

      assertThat(jvm.attach("detach")).isEqualTo("detached");
      assertThat(redefinitions(POOL)).isOne();
      assertThat(redefinitions(EVERY_EXECUTOR)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenPoolsAtWork_whenAttachedAndDetached_thenTheyAreLeftAlone(Path jdk) throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk)) {
      await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("redefined.txt")));
      assertThat(jvm.attach(options(receiver))).isEqualTo("running");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(Points.of(receiver, HOOK))
                    .contains(
                        "executor-creation 1", "executor-rejection 0", "rejection-policies 1");
                assertThat(refusals(receiver, "standard")).isPositive();
              });
      assertThat(refusals(receiver, "own")).isZero();
      assertThat(jvm.agentLines())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .startsWith("unpark: hook 'executor-queue' is not active (pools may be"),
              line ->
                  assertThat(line)
                      .startsWith("unpark: hook 'executor-rejection' is not active (pools may be"));

      assertThat(jvm.attach("detach")).isEqualTo("detached");
      assertThat(redefinitions(POOL)).isZero();
      assertThat(redefinitions(EVERY_EXECUTOR)).isEqualTo(2);
    }
  }

  private HostJvm start(Path jdk, String... options) throws Exception {
    String log = "-Xlog:redefine+class+load=info:file=" + folder.resolve("redefined.txt");
    List<String> all = new ArrayList<>(List.of(options));
    all.add(log);
    return HostJvm.start(jdk, folder, all, Map.of(), Pools.class);
  }

  private static String options(Receiver receiver) {
    return "metrics.interval=500ms,endpoint=" + receiver.endpoint();
  }

  /** How often the JVM has put other code in the place of that class's. */
  private long redefinitions(String className) throws Exception {
    try (var lines = Files.lines(folder.resolve("redefined.txt"))) {
      return lines.filter(line -> line.contains("redefined name=" + className)).count();
    }
  }

  private static long refusals(Receiver receiver, String pool) {
    return Points.of(receiver, REJECTED).stream()
        .filter(point -> point.startsWith(pool + " "))
        .mapToLong(point -> Long.parseLong(point.substring(point.lastIndexOf(' ') + 1)))
        .max()
        .orElse(0);
  }
}
