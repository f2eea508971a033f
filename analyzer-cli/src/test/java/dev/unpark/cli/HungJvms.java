package dev.unpark.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Real JVMs that run {@link Hangs}, until they are ended. */
final class HungJvms {
  private final List<Process> started = new ArrayList<>();

  /** The JDK of the build, and JDK 25 where there is one. */
  static Stream<Path> javas() {
    return Stream.concat(Stream.of(ownJava()), java25().stream()).distinct();
  }

  static Path ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
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

  /** Starts one and answers with its process id as soon as it hangs. */
  long hang(Path java, String how, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx64m"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classes(), Hangs.class.getName(), how));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // HotSpot prints local time, which the tests read as UTC.
    builder.environment().put("TZ", "UTC");
    Process process = builder.start();
    started.add(process);
    BufferedReader output = process.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("ready")) {
        return process.pid();
      }
    }
    throw new AssertionError("it ended before it was ready");
  }

  /** Ends this one too. */
  void add(Process process) {
    started.add(process);
  }

  List<Process> started() {
    return started;
  }

  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private static String classes() {
    return Path.of(Hangs.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }
}
