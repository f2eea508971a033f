package dev.unpark.dumps;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Real dumps with their ground truth, which lie beside the project and are no part of it. Where
 * they are missing the tests that need them say so and are skipped; {@code -Dunpark.dumps=DIR}
 * names another place.
 */
final class Corpus {
  /** One row of the index. */
  record Row(String file, String format, String jdk, int threads, String truth) {
    boolean isHotSpot() {
      return format.startsWith("hotspot")
          || format.startsWith("jstack")
          || format.startsWith("jcmd-print")
          || format.startsWith("kill3");
    }

    boolean isToFileText() {
      return format.equals("dump_to_file.txt");
    }

    boolean isJson() {
      return format.equals("dump_to_file.json");
    }

    /** Whether the JVM prints a deadlock, as the index knows. */
    boolean isJavaLevelDeadlock() {
      return truth.startsWith("Java-level deadlock") || truth.contains("(JVM says so)");
    }

    /**
     * Whether a deadlock can be seen in it, of whatever kind: the index has one and the form shows
     * the threads in it. HotSpot's text and the serviceability agent show no waiting virtual
     * thread.
     */
    boolean showsDeadlock() {
      boolean has =
          (truth.contains("deadlock") || truth.contains("cycle"))
              && !truth.contains("must NOT be a deadlock");
      return has && (!file.contains("-v-deadlock.") || format.startsWith("dump_to_file"));
    }

    /** Whether nothing is known to be wrong, or only that the form is odd. */
    boolean isOfNoTrouble() {
      boolean isDump = !format.equals("jfr") && !file.endsWith("vthread_scheduler.txt");
      return isDump && truth.matches("\"?(none|nasty)\\b.*");
    }

    @Override
    public String toString() {
      return file;
    }
  }

  private Corpus() {}

  static Path directory() {
    String named = System.getProperty("unpark.dumps");
    Path directory = Path.of(named == null ? "../../shared/dumps" : named);
    if (!Files.isRegularFile(directory.resolve("INDEX.tsv"))) {
      String message =
          "SKIPPED: no dumps at " + directory + "; name their place with -Dunpark.dumps=DIR";
      System.err.println(message);
      return abort(message);
    }
    return directory;
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> lines =
        Files.readAllLines(directory().resolve("INDEX.tsv"), StandardCharsets.UTF_8);
    for (String line : lines.subList(1, lines.size())) {
      String[] cell = line.split("\t", -1);
      int threads = cell[5].isEmpty() ? -1 : Integer.parseInt(cell[5]);
      rows.add(new Row(cell[0], cell[3], cell[4], threads, cell[6]));
    }
    return rows;
  }

  static DumpFile read(Row row) throws IOException {
    try (InputStream in = Files.newInputStream(directory().resolve(row.file()))) {
      return read(row.file(), in);
    }
  }

  static DumpFile read(String source, InputStream in) throws IOException {
    return new DumpReader(ZoneOffset.UTC).read(source, in, Instant.EPOCH);
  }
}
