package dev.unpark.dumps.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real programs on both JDKs, dumped by the real {@code jcmd}: each hang is found, no twin is. */
class HangShapesTest {
  private static final Path JDKS = Path.of("/usr/lib/jvm");

  /** One program, what must be found in it, and in which threads, on one JDK. */
  private record Hang(Class<?> program, String type, Set<String> threads, Path jdk) {
    @Override
    public String toString() {
      return program.getSimpleName() + " on " + jdk.getFileName();
    }
  }

  static Stream<Hang> hangs() throws IOException {
    List<Hang> hangs = new ArrayList<>();
    for (Path jdk : jdks()) {
      hangs.add(new Hang(ReadLockUpgrade.class, "deadlock", Set.of("editor-1", "editor-2"), jdk));
      hangs.add(new Hang(CrossedSemaphores.class, "deadlock", Set.of("clerk-1", "clerk-2"), jdk));
      hangs.add(new Hang(NestedLockout.class, "lost-wakeup", Set.of("reader"), jdk));
      hangs.add(new Hang(OneSignalForTwo.class, "lost-wakeup", Set.of("filler", "taker"), jdk));
      hangs.add(
          new Hang(
              LatchInOwnPool.class,
              "starvation-deadlock",
              Set.of("pool-1-thread-1", "pool-1-thread-2"),
              jdk));
    }
    return hangs.stream();
  }

  /** The JDK of these tests, and the others of this machine that have a {@code jcmd}. */
  private static Set<Path> jdks() throws IOException {
    Set<Path> jdks = new TreeSet<>();
    jdks.add(Path.of(System.getProperty("java.home")).toRealPath());
    if (Files.isDirectory(JDKS)) {
      try (Stream<Path> installed = Files.list(JDKS)) {
        for (Path jdk : installed.toList()) {
          boolean modern = jdk.getFileName().toString().matches(".*(17|21|25).*");
          if (modern && Files.isExecutable(jdk.resolve("bin/jcmd"))) {
            jdks.add(jdk.toRealPath());
          }
        }
      }
    }
    return jdks;
  }

  @ParameterizedTest
  @MethodSource("hangs")
  void givenAHang_whenDumpedOnce_thenItIsFoundInTheRightThreads(Hang hang) throws Exception {
    List<Finding> findings = diagnose(hang, "");

    assertThat(findings)
        .as(findings.toString())
        .filteredOn(finding -> finding.type().equals(hang.type()))
        .singleElement()
        .satisfies(finding -> assertThat(members(finding)).isEqualTo(hang.threads()));
  }

  @ParameterizedTest
  @MethodSource("hangs")
  void givenItsBenignTwin_whenDumpedOnce_thenNothingIsFound(Hang hang) throws Exception {
    assertThat(diagnose(hang, "benign")).isEmpty();
  }

  private static Set<String> members(Finding finding) {
    Set<String> members = new TreeSet<>();
    finding.participants().stream()
        .filter(participant -> participant.role() == Role.MEMBER)
        .forEach(participant -> members.add(participant.thread().name()));
    return members;
  }

  private static List<Finding> diagnose(Hang hang, String argument) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                hang.jdk().resolve("bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                hang.program().getName()));
    if (!argument.isEmpty()) {
      command.add(argument);
    }
    Process program =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
      assertThat(out.readLine()).isEqualTo("ready");
      Dump dump = dump(hang.jdk(), program.pid());
      return new Diagnostician(Detectors.all(), Duration.ZERO).observe(dump.observation());
    } finally {
      program.destroyForcibly().waitFor();
    }
  }

  private static Dump dump(Path jdk, long pid) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                jdk.resolve("bin/jcmd").toString(), Long.toString(pid), "Thread.print", "-l")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] printed = jcmd.getInputStream().readAllBytes();
    assertThat(jcmd.waitFor()).isZero();
    return new DumpReader(ZoneOffset.UTC)
        .read("jcmd", new ByteArrayInputStream(printed), Instant.EPOCH)
        .dumps()
        .get(0);
  }
}
