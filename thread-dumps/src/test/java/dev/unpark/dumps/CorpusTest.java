package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusTest {
  /**
   * Rows whose number is wrong: it counts 2 threads a dump. Counted by hand, these files have 3 and
   * 6 dumps with this many headers in all, their lock ids lacking the 0x.
   */
  private static final Map<String, Integer> CORRECTED =
      Map.of(
          "yusuke+samurai/resources__Sun__weblogic.admin811Sun.dmp", 138,
          "yusuke+samurai/resources__Sun__weblogic.admin812Sun.dmp", 256);

  static Stream<Corpus.Row> readable() throws IOException {
    return Corpus.rows().stream().filter(row -> row.isHotSpot() || row.isJson());
  }

  static Stream<Corpus.Row> others() throws IOException {
    return Corpus.rows().stream()
        .filter(row -> !row.isHotSpot() && !row.isJson())
        .filter(row -> OtherForms.of(row) == null);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void givenARealDump_whenRead_thenHasTheThreadsOfTheIndex(Corpus.Row row) throws IOException {
    DumpFile file = Corpus.read(row);

    assertThat(file.form()).isEqualTo(row.isJson() ? DumpForm.TO_FILE_JSON : DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).isNotEmpty();
    int threads = file.dumps().stream().mapToInt(Dump::threadCount).sum();
    if (row.threads() >= 0) {
      assertThat(threads).isEqualTo(CORRECTED.getOrDefault(row.file(), row.threads()));
    } else {
      assertThat(threads).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void givenAnotherForm_whenRead_thenIsNotMistakenForOneThatIsRead(Corpus.Row row) {
    assertThatCode(
            () -> {
              DumpFile file = Corpus.read(row);
              if (!row.format().contains("vthread_scheduler")) {
                assertThat(file.form()).as(row.format()).isNotEqualTo(DumpForm.UNKNOWN);
              }
              assertThat(file.dumps()).as(file.form().label()).isEmpty();
            })
        .doesNotThrowAnyException();
  }
}
