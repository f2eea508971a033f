package dev.unpark.dumps.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.dumps.Dump;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each shape is found under its name, and its benign twin yields nothing, on every JDK. */
class ShapesTest {
  private static final String[] FOUR_WORKERS = {
    "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4"
  };
  private static final String[] NONE = {};

  static Stream<Arguments> shapes() {
    return ShapeJvm.javas()
        .flatMap(
            java ->
                Stream.of(
                    Arguments.of(java, EventLoopShape.class, "event-loop-blocked", NONE),
                    Arguments.of(java, CommonPoolShape.class, "common-pool-blocked", FOUR_WORKERS),
                    Arguments.of(java, MapStampedeShape.class, "cache-stampede", NONE),
                    Arguments.of(java, CacheStampedeShape.class, "cache-stampede", NONE),
                    Arguments.of(java, FinalizerShape.class, "finalizer-blocked", NONE),
                    Arguments.of(java, ClassLoadingShape.class, "class-loading-bottleneck", NONE),
                    Arguments.of(java, LoggingShape.class, "logging-bottleneck", NONE),
                    Arguments.of(java, ThreadLeakShape.class, "thread-leak", NONE)));
  }

  static Stream<Arguments> trends() {
    return ShapeJvm.javas()
        .flatMap(
            java ->
                Stream.of(
                    Arguments.of(java, LivelockShape.class),
                    Arguments.of(java, HotLoopShape.class)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void givenAShape_whenDumpedOnce_thenIsFoundAndItsTwinYieldsNothing(
      Path java, Class<?> shape, String type, String[] options) throws Exception {
    try (ShapeJvm faulty = new ShapeJvm(java, shape, "faulty", options)) {
      assertThat(ShapeJvm.diagnose(List.of(faulty.print())))
          .extracting(Finding::type)
          .containsExactly(type);
    }
    try (ShapeJvm benign = new ShapeJvm(java, shape, "benign", options)) {
      assertThat(ShapeJvm.diagnose(List.of(benign.print()))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("trends")
  void givenThreadsThatGetNowhere_whenDumpedThreeTimes_thenAreFoundAndTheirTwinsYieldNothing(
      Path java, Class<?> shape) throws Exception {
    try (ShapeJvm faulty = new ShapeJvm(java, shape, "faulty")) {
      assertThat(ShapeJvm.diagnose(series(faulty)))
          .extracting(Finding::type)
          .containsExactly("livelock");
    }
    try (ShapeJvm benign = new ShapeJvm(java, shape, "benign")) {
      assertThat(ShapeJvm.diagnose(series(benign))).isEmpty();
    }
  }

  /** The interval of a series; nothing is waited for. */
  private static List<Dump> series(ShapeJvm jvm) throws Exception {
    List<Dump> dumps = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TimeUnit.SECONDS.sleep(2);
      dumps.add(jvm.print());
    }
    return dumps;
  }

  @ParameterizedTest
  @MethodSource("dev.unpark.dumps.shapes.ShapeJvm#javas")
  void givenAnUrgentThreadBehindALesserOne_whenDumped_thenPrioritiesAreTold(Path java)
      throws Exception {
    try (ShapeJvm faulty = new ShapeJvm(java, PriorityShape.class, "faulty")) {
      assertThat(ShapeJvm.diagnose(List.of(faulty.print())))
          .extracting(Finding::type)
          .contains("priority-inversion");
    }
    try (ShapeJvm benign = new ShapeJvm(java, PriorityShape.class, "benign")) {
      assertThat(ShapeJvm.diagnose(List.of(benign.print())))
          .extracting(Finding::type)
          .doesNotContain("priority-inversion");
    }
  }

  @Test
  void givenCarriersHeldInInitialisers_whenDumped_thenAreStarvedAndTheTwinYieldsNothing()
      throws Exception {
    assumeTrue(
        ShapeJvm.java25().isPresent(), "no JDK 25 beside the default one, nor in JAVA25_HOME");
    Path java = ShapeJvm.java25().get();
    String two = "-Djdk.virtualThreadScheduler.parallelism=2";
    String most = "-Djdk.virtualThreadScheduler.maxPoolSize=2";
    try (ShapeJvm faulty = new ShapeJvm(java, PinnedCarriersShape.class, "faulty", two, most)) {
      List<Finding> findings = ShapeJvm.diagnose(List.of(faulty.joined()));
      assertThat(findings).extracting(Finding::type).containsExactly("carrier-starvation");
      assertThat(findings.get(0).explanation())
          .anyMatch(
              reason -> reason.contains("a class is being initialised: PinnedCarriersShape$"));
      assertThat(ShapeJvm.diagnose(List.of(faulty.print())))
          .extracting(Finding::type)
          .containsExactly("virtual-thread-pinning");
    }
    try (ShapeJvm benign = new ShapeJvm(java, PinnedCarriersShape.class, "benign", two, most)) {
      assertThat(ShapeJvm.diagnose(List.of(benign.joined()))).isEmpty();
    }
  }
}
