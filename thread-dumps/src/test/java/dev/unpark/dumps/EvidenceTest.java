package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Evidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Findings of real dumps name the lines that prove them, in every form of report. */
class EvidenceTest {
  @Test
  void givenRealDumpsOfEveryForm_whenDiagnosed_thenEachFindingNamesItsLines() throws IOException {
    TreeSet<String> types = new TreeSet<>();
    for (Corpus.Row row : Corpus.rows()) {
      if (!row.format().equals("jfr")) {
        List<String> lines =
            Files.readString(Corpus.directory().resolve(row.file()), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        for (Dump dump : Corpus.read(row).dumps()) {
          for (Finding finding :
              new Diagnostician(Detectors.all(), Duration.ZERO).observe(dump.observation())) {
            TiedToEvidence.check(finding, dump.observation());
            types.add(finding.type());
            if (dump.form() == DumpForm.HOTSPOT_TEXT) {
              finding.participants().forEach(p -> standsThere(p, row.file(), lines));
            }
          }
        }
      }
    }
    assertThat(types)
        .contains("deadlock", "long-hold", "orphaned-wait", "starvation-deadlock", "thread-leak");
  }

  /** The first of the lines opens the thread. */
  private static void standsThere(Participant participant, String file, List<String> lines) {
    Evidence evidence = participant.thread().evidence();
    String name = participant.thread().name();
    assertThat(evidence).isNotNull();
    assertThat(evidence.source()).isEqualTo(file);
    boolean plain = name.chars().allMatch(c -> c > ' ' && c < 127);
    if (plain && evidence.from() <= lines.size()) {
      assertThat(lines.get(evidence.from() - 1)).as(file).contains(name);
    }
  }
}
