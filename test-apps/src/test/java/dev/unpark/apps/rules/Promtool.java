package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus's own programs, as they are found on PATH. A test is skipped where they are not. */
public final class Promtool {
  private Promtool() {}

  /** Checks with the tool's words as the failure's message. */
  static void assertAccepts(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(onPath("promtool").toString());
    command.addAll(List.of(arguments));
    Process promtool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(promtool.getInputStream().readAllBytes());
    assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(promtool.exitValue()).as(output).isZero();
  }

  /** Where the program of that name is; skips the test when it is nowhere. */
  public static Path onPath(String program) {
    List<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .toList();
    assumeTrue(!found.isEmpty(), program + " is not installed; try: apt-get install prometheus");
    return found.get(0);
  }
}
