package dev.unpark.dumps.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.dumps.shapes.Shape.Look;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real programs on both JDKs, dumped by their own {@code jcmd}: each shape is found under its name
 * and in its threads, and its benign twin yields nothing.
 */
class ShapesTest {
  private static final String WORKERS = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=";
  private static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=2";
  private static final String MOST_CARRIERS = "-Djdk.virtualThreadScheduler.maxPoolSize=2";
  private static final String PREVIEW = "--enable-preview";
  private static final String[] POOL = {"pool-1-thread-1", "pool-1-thread-2"};

  /** Programs with a preview API: only the JDK that has it can compile them. */
  private static final List<String> PREVIEWS = List.of("ScopeBehindItsOwner", "ScopeInOwnPool");

  @TempDir private static Path compiled;

  private static SideBySide runs;

  @BeforeAll
  static void runAll() throws Exception {
    if (ShapeJvm.java25().isPresent()) {
      compile(ShapeJvm.java25().get().resolveSibling("javac"));
    } else {
      System.err.println(
          "SKIPPED: shapes of JDK 25, none beside the default one, nor in JAVA25_HOME");
    }
    runs = new SideBySide(shapes(), compiled.toString());
  }

  @AfterAll
  static void end() {
    runs.close();
  }

  static Stream<Shape> shapes() {
    Stream<Shape> everywhere =
        ShapeJvm.javas().flatMap(java -> ofAnyJdk().stream().map(shape -> shape.on(java)));
    Stream<Shape> modern =
        ShapeJvm.java25().stream().flatMap(java -> ofJdk25().stream().map(shape -> shape.on(java)));
    return Stream.concat(everywhere, modern);
  }

  private static List<Shape> ofAnyJdk() {
    return List.of(
        Shape.of(LivelockShape.class, "livelock").look(Look.SERIES),
        Shape.of(HotLoopShape.class, "livelock").look(Look.SERIES),
        Shape.of(QueueAtOneLock.class, "lock-convoy").look(Look.SERIES),
        Shape.of(SlowOwner.class, "long-hold").look(Look.SERIES),
        Shape.of(MixedRing.class, "deadlock", "cook-1", "cook-2", "cook-3"),
        Shape.of(ReadLockUpgrade.class, "deadlock", "editor-1", "editor-2"),
        Shape.of(CrossedReadWriteLocks.class, "deadlock", "buyer", "seller"),
        Shape.of(StampedUpgrade.class, "deadlock", "surveyor-1", "surveyor-2"),
        Shape.of(CrossedSemaphores.class, "deadlock", "clerk-1", "clerk-2"),
        Shape.of(CrossedInitialisers.class, "deadlock", "till-1", "till-2"),
        Shape.of(NestedLockout.class, "lost-wakeup", "reader"),
        Shape.of(OneSignalForTwo.class, "lost-wakeup", "filler", "taker"),
        Shape.of(OwnFullQueue.class, "lost-wakeup", "crawler-1", "crawler-2"),
        Shape.of(OneMoreOfTheSame.class, "resource-pool-starvation"),
        Shape.of(LatchInOwnPool.class, "starvation-deadlock", POOL),
        Shape.of(TaskInOwnPool.ByFuture.class, "starvation-deadlock", POOL),
        Shape.of(TaskInOwnPool.ByCompletableFuture.class, "starvation-deadlock", POOL),
        Shape.of(TaskInOwnPool.ByInvokeAll.class, "starvation-deadlock", POOL),
        Shape.of(
            PoolsForEachOther.class,
            "starvation-deadlock",
            "orders-1",
            "orders-2",
            "invoices-1",
            "invoices-2"),
        Shape.of(
                LatchInCommonPool.class,
                "starvation-deadlock",
                "ForkJoinPool.commonPool-worker-1",
                "ForkJoinPool.commonPool-worker-2")
            .beside("common-pool-blocked")
            .with(WORKERS + 2),
        Shape.of(ConnectionPools.SlowDatabase.class, "pool-exhaustion"),
        Shape.of(ConnectionPools.KeptConnections.class, "pool-exhaustion"),
        Shape.of(ConnectionPools.LostConnections.class, "resource-pool-starvation"),
        Shape.of(EventLoopShape.class, "event-loop-blocked"),
        Shape.of(CommonPoolShape.class, "common-pool-blocked").with(WORKERS + 4),
        Shape.of(MapStampedeShape.class, "cache-stampede"),
        Shape.of(CacheStampedeShape.class, "cache-stampede"),
        Shape.of(FinalizerShape.class, "finalizer-blocked"),
        Shape.of(ClassLoadingShape.class, "class-loading-bottleneck"),
        Shape.of(LoggingShape.class, "logging-bottleneck"),
        Shape.of(ThreadLeakShape.class, "thread-leak"),
        Shape.of(PriorityShape.class, "priority-inversion").beside("long-hold"));
  }

  private static List<Shape> ofJdk25() {
    Shape behindOwner = preview("ScopeBehindItsOwner", "deadlock");
    Shape inOwnPool = preview("ScopeInOwnPool", "starvation-deadlock", POOL);
    return List.of(
        Shape.of(VirtualRing.class, "deadlock", "transfer", "audit").look(Look.JOINED),
        Shape.of(PinnedCarriersShape.class, "carrier-starvation")
            .look(Look.JOINED)
            .with(CARRIERS, MOST_CARRIERS),
        Shape.of(PinnedCarriersShape.class, "virtual-thread-pinning").with(CARRIERS, MOST_CARRIERS),
        behindOwner.look(Look.JOINED),
        behindOwner.look(Look.TEXT),
        inOwnPool.look(Look.JOINED),
        inOwnPool.look(Look.TEXT));
  }

  private static Shape preview(String program, String type, String... threads) {
    return new Shape(
        ShapesTest.class.getPackageName() + '.' + program,
        Look.JOINED,
        type,
        Set.of(threads),
        Set.of(),
        Path.of("java"),
        List.of(PREVIEW));
  }

  private static void compile(Path javac) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                javac.toString(),
                PREVIEW,
                "--release",
                "25",
                "-proc:none",
                "-cp",
                ShapeJvm.classPath(),
                "-d",
                compiled.toString()));
    for (String program : PREVIEWS) {
      Path source = compiled.resolve(program + ".java");
      try (InputStream in = ShapesTest.class.getResourceAsStream(program + ".java")) {
        Files.copy(in, source);
      }
      command.add(source.toString());
    }
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compiler.waitFor()).as(said).isZero();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void givenAShape_whenDumped_thenItIsFoundInTheRightThreads(Shape shape) throws Exception {
    List<Finding> findings = runs.faulty(shape);

    assertThat(types(findings, shape)).containsExactly(shape.type());
    assertThat(findings)
        .filteredOn(finding -> finding.type().equals(shape.type()))
        .singleElement()
        .satisfies(
            finding -> {
              if (!shape.threads().isEmpty()) {
                assertThat(members(finding)).isEqualTo(shape.threads());
              }
            });
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void givenItsBenignTwin_whenDumped_thenNothingIsFound(Shape shape) throws Exception {
    assertThat(types(runs.benign(shape), shape)).isEmpty();
  }

  private static List<String> types(List<Finding> findings, Shape shape) {
    return findings.stream()
        .map(Finding::type)
        .filter(type -> !shape.beside().contains(type))
        .toList();
  }

  private static Set<String> members(Finding finding) {
    Set<String> members = new TreeSet<>();
    finding.participants().stream()
        .filter(participant -> participant.role() == Role.MEMBER)
        .forEach(participant -> members.add(participant.thread().name()));
    return members;
  }
}
