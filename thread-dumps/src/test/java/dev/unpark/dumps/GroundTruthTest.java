package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all detectors together say of real dumps, against what the index knows of them. */
class GroundTruthTest {
  /**
   * Programs whose trouble the JVM's own section does not know: what must be found, and in whom.
   */
  private static final Map<String, Expected> SILENT =
      Map.of(
          "future-pool-starvation",
          new Expected("starvation-deadlock", Set.of("pool-1-thread-#"), 4),
          "cf-join-commonpool",
          new Expected("orphaned-wait", Set.of("ForkJoinPool.commonPool-worker-#"), 40),
          "rwlock-reader-held",
          new Expected("deadlock", Set.of("holder-reader", "monitor-owner"), 2),
          "semaphore-exhausted",
          new Expected("resource-pool-starvation", Set.of("user-#"), 8));

  /** What a dump must yield: a finding's type, the kinds of its threads, and how many they are. */
  private record Expected(String type, Set<String> threads, int count) {}

  static Stream<Corpus.Row> silent() throws IOException {
    return Corpus.rows().stream().filter(row -> SILENT.containsKey(program(row)) && isDump(row));
  }

  static Stream<Corpus.Row> deadlocks() throws IOException {
    return Corpus.rows().stream()
        .filter(
            row -> isDump(row) && row.isJavaLevelDeadlock() && row.jdk().matches(".*(17|25).*"));
  }

  @ParameterizedTest
  @MethodSource("silent")
  void givenTroubleTheJvmIsSilentAbout_whenDiagnosed_thenItIsFoundInTheRightThreads(Corpus.Row row)
      throws IOException {
    Expected expected = SILENT.get(program(row));

    assertThat(diagnose(row))
        .filteredOn(finding -> finding.type().equals(expected.type()))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.participants()).hasSize(expected.count());
              assertThat(kinds(finding)).isEqualTo(expected.threads());
            });
  }

  @ParameterizedTest
  @MethodSource("deadlocks")
  void givenADeadlockInWhateverForm_whenDiagnosed_thenItsThreadsAreNamed(Corpus.Row row)
      throws IOException {
    assertThat(diagnose(row)).anyMatch(finding -> finding.type().equals("deadlock"));
  }

  @Test
  void givenVirtualThreadsThatHoldEachOthersReentrantLock_whenDiagnosed_thenBothRingsAreFound()
      throws IOException {
    Corpus.Row row =
        Corpus.rows().stream()
            .filter(r -> r.file().equals("generated/jdk25-v-deadlock.dump_to_file.json"))
            .findFirst()
            .orElseThrow();

    assertThat(diagnose(row))
        .filteredOn(finding -> finding.type().equals("deadlock"))
        .extracting(GroundTruthTest::names)
        .containsExactlyInAnyOrder(Set.of("vdl-1", "vdl-2"), Set.of("vrl-1", "vrl-2"));
  }

  private static boolean isDump(Corpus.Row row) {
    return !row.format().equals("jfr") && !row.file().endsWith("vthread_scheduler.txt");
  }

  /** {@code generated/jdk17-semaphore-exhausted.jstack-l.txt} as {@code semaphore-exhausted}. */
  private static String program(Corpus.Row row) {
    return row.file().replaceFirst("^generated/jdk\\d+-", "").replaceFirst("\\..*", "");
  }

  private static List<Finding> diagnose(Corpus.Row row) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Dump dump : Corpus.read(row).dumps()) {
      Diagnostician alone = new Diagnostician(Detectors.all(), Duration.ZERO);
      findings.addAll(alone.observe(dump.observation()));
    }
    return findings;
  }

  private static Set<String> names(Finding finding) {
    Set<String> names = new TreeSet<>();
    finding.participants().stream()
        .filter(participant -> participant.role() != Role.VICTIM)
        .forEach(participant -> names.add(participant.thread().name()));
    return names;
  }

  private static Set<String> kinds(Finding finding) {
    Set<String> kinds = new TreeSet<>();
    names(finding).forEach(name -> kinds.add(name.replaceFirst("\\d+$", "#")));
    return kinds;
  }
}
