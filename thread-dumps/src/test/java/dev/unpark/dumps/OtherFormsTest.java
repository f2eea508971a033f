package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every dump of the index whose form is neither HotSpot's text nor JSON, against its truth. */
class OtherFormsTest {
  /**
   * Rows whose number is one too many: it counts the thread that dumps ("Signal dispatcher") twice,
   * once under "Current Thread Details" and once under "All Thread Details".
   */
  private static final Set<String> COUNTED_TWICE =
      Set.of(
          "IBM__1.4.2IBM__javacore.20060510.122823.6036.txt",
          "IBM__1.4.2IBM__javacore.20060510.122937.6036.txt",
          "IBM__1.4.2IBM__javacore.20060510.122938.6036.txt",
          "IBM__1.4.2IBM__javacore.20060510.122940.6036.txt",
          "IBM__1.4.2IBM__javacore.20060510.122941.6036.txt",
          "IBM__1.4.2IBM__javacore.20060511.172914.516.txt",
          "IBM__1.4.2IBM__javacore.20060511.172921.516.txt",
          "IBM__1.4.2IBM__javacore.20060511.172928.516.txt");

  /** It counts lines with "t@", and the header of "Finalizer" has lost its own. */
  private static final String COUNTED_WITHOUT_FINALIZER =
      "resources__SpringBoot__spring-boot-2.5.4-java8-text.dmp";

  static Stream<Corpus.Row> rows() throws IOException {
    return Corpus.rows().stream().filter(row -> OtherForms.of(row) != null);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givenARealDump_whenRead_thenHasTheThreadsOfTheIndexAndNoUnreadLine(Corpus.Row row)
      throws IOException {
    OtherForms expected = OtherForms.of(row);
    DumpFile file = Corpus.read(row);

    assertThat(file.form()).isEqualTo(expected.form());
    assertThat(file.dumps()).isNotEmpty();
    int threads = file.dumps().stream().mapToInt(Dump::threadCount).sum();
    if (row.threads() >= 0) {
      assertThat(threads).isEqualTo(row.threads() + correction(row));
    } else {
      assertThat(threads).isEqualTo(counted(row, expected));
    }
    assertThat(file.dumps()).flatExtracting(Dump::unreadLines).isEmpty();
    assertThat(file.dumps()).noneMatch(Dump::truncated);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givenARealDump_whenDiagnosed_thenExactlyItsDeadlocksAreFound(Corpus.Row row)
      throws IOException {
    assertThat(deadlocks(Corpus.read(row))).isEqualTo(OtherForms.deadlocks(row));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givenASpoiltDump_whenRead_thenNeitherThrowsNorGrows(Corpus.Row row) throws IOException {
    Mutations.read(row, 60);
  }

  private static int correction(Corpus.Row row) {
    String name = row.file().substring(row.file().indexOf('/') + 1);
    if (name.equals(COUNTED_WITHOUT_FINALIZER)) {
      return 1;
    }
    return COUNTED_TWICE.contains(name) ? -1 : 0;
  }

  private static int counted(Corpus.Row row, OtherForms form) throws IOException {
    byte[] bytes = Files.readAllBytes(Corpus.directory().resolve(row.file()));
    String text = new String(bytes, StandardCharsets.UTF_8);
    return (int) form.header().matcher(text).results().count();
  }

  /** The members of each deadlock that any dump of the file shows. */
  private static Set<Set<String>> deadlocks(DumpFile file) {
    Set<Set<String>> deadlocks = new java.util.HashSet<>();
    for (Dump dump : file.dumps()) {
      for (Finding finding : findings(dump)) {
        if (finding.type().equals("deadlock")) {
          Set<String> members = new TreeSet<>();
          finding.participants().stream()
              .filter(participant -> participant.role() == Role.MEMBER)
              .forEach(participant -> members.add(participant.thread().name()));
          deadlocks.add(members);
        }
      }
    }
    return deadlocks;
  }

  static List<Finding> findings(Dump dump) {
    Diagnostician diagnostician = new Diagnostician(Detectors.all(), Duration.ZERO);
    return new ArrayList<>(diagnostician.observe(dump.observation()));
  }
}
