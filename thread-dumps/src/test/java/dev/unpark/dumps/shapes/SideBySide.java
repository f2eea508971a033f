package dev.unpark.dumps.shapes;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.dumps.Dump;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs shapes and their twins at the same time, and keeps what was found in each. Most of a run is
 * waiting for a JVM to start; a series waits between its dumps, and has hands of its own.
 */
final class SideBySide implements AutoCloseable {
  private static final int HANDS = 4;
  private static final int SERIES = 8;
  private static final int DUMPS = 3;
  private static final int INTERVAL_SECONDS = 2;

  private record Run(Shape shape, String variant) {}

  private final ExecutorService hands = Executors.newFixedThreadPool(HANDS);
  private final ExecutorService series = Executors.newFixedThreadPool(SERIES);
  private final Map<Run, Future<List<Finding>>> runs = new HashMap<>();
  private final String classes;

  /**
   * @param classes where classes of shapes lie that are not on the class path
   */
  SideBySide(Stream<Shape> shapes, String classes) {
    this.classes = classes;
    shapes.forEach(
        shape -> {
          start(new Run(shape, "faulty"));
          start(new Run(shape, "benign"));
        });
  }

  private void start(Run run) {
    ExecutorService by = run.shape().look() == Shape.Look.SERIES ? series : hands;
    runs.put(run, by.submit(() -> findings(run)));
  }

  List<Finding> faulty(Shape shape) throws Exception {
    return found(new Run(shape, "faulty"));
  }

  List<Finding> benign(Shape shape) throws Exception {
    return found(new Run(shape, "benign"));
  }

  private List<Finding> found(Run run) throws Exception {
    try {
      return runs.get(run).get();
    } catch (ExecutionException failed) {
      throw new AssertionError(run + ": " + failed.getCause(), failed.getCause());
    }
  }

  private List<Finding> findings(Run run) throws Exception {
    Shape shape = run.shape();
    try (ShapeJvm jvm =
        new ShapeJvm(shape.java(), shape.program(), run.variant(), shape.options(), classes)) {
      return ShapeJvm.diagnose(
          switch (shape.look()) {
            case PRINT -> List.of(jvm.print());
            case TEXT -> List.of(jvm.text());
            case JOINED -> List.of(jvm.joined());
            case SERIES -> series(jvm);
          });
    }
  }

  /** The interval of a series; nothing is waited for. */
  private static List<Dump> series(ShapeJvm jvm) throws Exception {
    List<Dump> dumps = new ArrayList<>();
    for (int i = 0; i < DUMPS; i++) {
      TimeUnit.SECONDS.sleep(INTERVAL_SECONDS);
      dumps.add(jvm.print());
    }
    return dumps;
  }

  @Override
  public void close() {
    hands.shutdownNow();
    series.shutdownNow();
  }
}
