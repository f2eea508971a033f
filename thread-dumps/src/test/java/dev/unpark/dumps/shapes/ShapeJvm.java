package dev.unpark.dumps.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpReader;
import dev.unpark.dumps.Join;
import dev.unpark.dumps.SchedulerLine;
import dev.unpark.dumps.TiedToEvidence;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real JVM that runs a shape, and is dumped by its own JDK's jcmd. */
final class ShapeJvm implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  /** What makes a short life of a JVM cheap. */
  private static final List<String> SHORT =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

  private final Path java;
  private final Process process;

  /**
   * @param classes where classes lie that are not on the class path of this test, or empty
   */
  ShapeJvm(Path java, String shape, String variant, List<String> options, String classes)
      throws IOException {
    this.java = java;
    List<String> command = new ArrayList<>(List.of(java.toString(), "-Xss256k"));
    command.addAll(SHORT);
    command.addAll(options);
    command.addAll(List.of("-cp", classes + File.pathSeparator + classPath(), shape, variant));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    // A shape that never stands must not hang the build.
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(Stage.READY)) {
        return;
      }
      said.append(line).append('\n');
    }
    throw new AssertionError(shape + " ended before it was ready: " + said);
  }

  /** Surefire may put the class path into a jar of its own. */
  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** The JDK of the build, and JDK 25 where there is one. */
  static Stream<Path> javas() {
    return Stream.concat(
            Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")), java25().stream())
        .distinct();
  }

  /** {@code JAVA25_HOME}, or a JDK 25 installed beside the one that runs this. */
  static Optional<Path> java25() {
    String named = System.getenv("JAVA25_HOME");
    if (named != null) {
      return Optional.of(Path.of(named, "bin", "java"));
    }
    Path beside = Path.of(System.getProperty("java.home")).getParent();
    try (Stream<Path> homes = Files.list(beside)) {
      return homes
          .filter(home -> home.getFileName().toString().matches(".*(^|[^0-9])25([^0-9].*|$)"))
          .map(home -> home.resolve("bin").resolve("java"))
          .filter(Files::isExecutable)
          .findFirst();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  Dump print() throws IOException, InterruptedException {
    return only(jcmd("Thread.print", "-l"));
  }

  /** In plain text. */
  Dump text() throws IOException, InterruptedException {
    return toFile("text");
  }

  /** All three forms of a moment in one, as from JDK 24 on. */
  Dump joined() throws IOException, InterruptedException {
    Dump joined = Join.of(print(), toFile("json"));
    return joined.with(SchedulerLine.read(jcmd("Thread.vthread_scheduler")));
  }

  private Dump toFile(String format) throws IOException, InterruptedException {
    Path file = Files.createTempDirectory("shape").resolve("threads");
    try {
      jcmd("Thread.dump_to_file", "-format=" + format, file.toString());
      return only(Files.readString(file));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    }
  }

  String jcmd(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java.resolveSibling("jcmd").toString());
    SHORT.forEach(option -> command.add("-J" + option));
    command.add(Long.toString(process.pid()));
    command.addAll(List.of(arguments));
    Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor()).as(answer).isZero();
    return answer;
  }

  private static Dump only(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Dump> dumps =
        new DumpReader(ZoneId.systemDefault())
            .read("shape.txt", new ByteArrayInputStream(bytes), Instant.now())
            .dumps();
    assertThat(dumps).hasSize(1);
    return dumps.get(0);
  }

  /** What is found in that series of dumps. */
  static List<Finding> diagnose(List<Dump> dumps) {
    Diagnostician diagnostician = Diagnostician.ofDumps(KnownStacks.standard());
    for (Dump dump : dumps) {
      Observation look = dump.observation();
      diagnostician.observe(look);
    }
    List<Finding> active = diagnostician.active();
    Observation last = dumps.get(dumps.size() - 1).observation();
    active.forEach(finding -> TiedToEvidence.check(finding, last));
    return active;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
