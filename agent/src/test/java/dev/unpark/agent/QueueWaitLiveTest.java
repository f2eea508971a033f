package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.program.QueueWaits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sampled queue waits against what the tasks measured themselves, at several shapes of load. */
class QueueWaitLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> SHAPES = List.of("steady", "bursts", "mixed", "fast");
  private static final Pattern TRUTH = Pattern.compile("truth (\\d+)((?: \\d+){6})");
  private static final Pattern LOOKS =
      Pattern.compile("unpark_agent_sampler_duration_seconds_count (\\d+)");
  private static final double BAR = 0.10;

  /** Between the moment at which a task leaves the queue and its own look at the clock. */
  private static final double OWN_STAMP_NANOS = 50_000;

  @TempDir Path folder;

  private record Run(Path jdk, String shape, HostJvm jvm) {}

  static List<Path> jdks() {
    return HostJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void givenTasksThatMeasureThemselves_whenSampled_thenMedianAndTailAreWithinTheBar(Path jdk)
      throws Exception {
    List<Run> runs = new ArrayList<>();
    try {
      for (String shape : SHAPES) {
        Path place = Files.createDirectory(folder.resolve(shape));
        String options = "findings.log=off,prometheus.port=0";
        HostJvm jvm =
            HostJvm.start(jdk, place, options, Map.of(), QueueWaits.class, shape, "8", go(place));
        runs.add(new Run(jdk, shape, jvm));
      }
      for (Run run : runs) {
        await().atMost(PATIENCE).until(() -> looks(run.jvm()) > 2);
        Files.createFile(Path.of(go(folder.resolve(run.shape()))));
      }
      for (Run run : runs) {
        check(run);
      }
    } finally {
      runs.forEach(run -> run.jvm().close());
    }
  }

  private static String go(Path place) {
    return place.resolve("go").toString();
  }

  /** By the third the pool has its seat. */
  private static long looks(HostJvm jvm) {
    Matcher count = LOOKS.matcher(jvm.scrape("/metrics"));
    return count.find() ? Long.parseLong(count.group(1)) : 0;
  }

  private static void check(Run run) {
    Matcher truth = TRUTH.matcher("");
    await().atMost(PATIENCE).until(() -> truth.reset(run.jvm().stdout()).find());
    long tasks = Long.parseLong(truth.group(1));
    String metrics = run.jvm().scrape("/metrics");
    // One look more, and the last tasks are in.
    String settled =
        await()
            .atMost(PATIENCE)
            .pollDelay(Duration.ofMillis(1_500))
            .until(() -> run.jvm().scrape("/metrics"), text -> !text.equals(metrics));
    long[] waits =
        Arrays.stream(truth.group(2).trim().split(" ")).mapToLong(Long::parseLong).toArray();
    compare(run, "0.5", Arrays.copyOfRange(waits, 0, 3), settled, tasks);
    compare(run, "0.99", Arrays.copyOfRange(waits, 3, 6), settled, tasks);
  }

  /**
   * A sample has the quantile right but for its rank: half a percent to either side, for in the
   * tail whole bursts wait alike, and the sample has some of them. Of the wait itself, the bar.
   *
   * @param truth of all tasks, at half a percent below the quantile, there, and above
   */
  private static void compare(Run run, String quantile, long[] truth, String metrics, long tasks) {
    Matcher sampled =
        Pattern.compile(
                "unpark_executor_queue_wait_quantile_seconds\\{[^}]*jvm_executor_name=\"load-#\"[^}]*"
                    + "share=\""
                    + quantile
                    + "\"[^}]*} (\\S+)")
            .matcher(metrics);
    assertThat(sampled.find()).as(metrics).isTrue();
    double seconds = Double.parseDouble(sampled.group(1));
    double error = seconds * 1e9 / truth[1] - 1;
    System.out.printf(
        "%s, %s, %d tasks, p%s: truth %.2f ms, sampled %.2f ms, %+.1f %%%n",
        run.jdk().getFileName(),
        run.shape(),
        tasks,
        quantile.equals("0.5") ? "50" : "99",
        truth[1] / 1e6,
        seconds * 1e3,
        error * 100);
    assertThat(seconds * 1e9)
        .as(metrics)
        .isBetween(
            truth[0] - Math.max(truth[0] * BAR, OWN_STAMP_NANOS),
            truth[2] + Math.max(truth[2] * BAR, OWN_STAMP_NANOS));
  }
}
