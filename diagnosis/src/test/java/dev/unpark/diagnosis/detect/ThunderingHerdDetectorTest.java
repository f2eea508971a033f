package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.Occurrence.Kind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThunderingHerdDetectorTest {
  private final Detector detector = new ThunderingHerdDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static Scene retried(long count, long recent, double bunched) {
    return new Scene()
        .runs(1, "client-1")
        .happened(new Occurrence(Kind.RETRY, "stock", "", count, recent, bunched));
  }

  @Test
  void givenRetriesThatComeInWaves_whenTheyGoOn_thenTellsOfWhichCall() {
    List<Finding> findings =
        examine(retried(180, 180, 0.95).at(0), retried(240, 240, 0.95).at(2_000));

    assertThat(findings)
        .extracting(Finding::headline)
        .containsExactly(
            "\"stock\" is tried again in waves: 240 times, 95 % of them at once with others");
  }

  @Test
  void givenTheFirstRetriesOfAll_whenExamined_thenTheyAreNews() {
    assertThat(examine(new Scene().runs(1, "c").at(0), retried(240, 240, 0.95).at(2_000)))
        .hasSize(1);
  }

  @Test
  void givenRetriesThatAreSpreadOrFewOrOver_whenExamined_thenFindsNothing() {
    assertThat(examine(retried(180, 180, 0.5).at(0), retried(240, 240, 0.5).at(2_000))).isEmpty();
    assertThat(examine(retried(70, 70, 1).at(0), retried(99, 99, 1).at(2_000))).isEmpty();
    assertThat(examine(retried(240, 240, 1).at(0), retried(240, 240, 1).at(2_000))).isEmpty();
    assertThat(examine(retried(240, 240, 1).at(0))).isEmpty();
  }
}
