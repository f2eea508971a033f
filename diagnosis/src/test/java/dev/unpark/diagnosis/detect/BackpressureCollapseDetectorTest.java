package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackpressureCollapseDetectorTest {
  private final Detector detector = new BackpressureCollapseDetector(Thresholds.DEFAULT);

  /** So many looks a second apart; at each so many more were refused, and so many done. */
  private List<Finding> examine(int looks, long refused, long done) {
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    for (int look = 0; look < looks; look++) {
      timeline.add(look(look, look * refused, look * done, List.of(1L, 2L)));
    }
    return detector.examine(timeline);
  }

  private static Observation look(int second, long refused, long done, List<Long> workers) {
    return new Observation(
        Scene.JVM,
        Scene.START.plusSeconds(second),
        List.of(),
        List.of(),
        List.of(
            new ExecutorState(
                "P", "price-#", "T", "s", workers, false, 2, 2, 2, 10, 10, done, refused, null)),
        List.of(),
        List.of());
  }

  @Test
  void givenAPoolThatIsAskedAgainAtOnce_whenItRefusesTenTimesWhatItDoes_thenTellsBoth() {
    Finding finding = examine(6, 5_000, 40).get(0);

    assertThat(finding.headline())
        .isEqualTo("pool \"price-#\" refused 25000 tasks in 5 s and did 200");
    assertThat(finding.explanation())
        .contains("10 of 10 places of its queue are taken, 2 of 2 workers work");
    assertThat(finding.since()).isEqualTo(Scene.START);
  }

  @Test
  void givenAPoolThatTurnsTooMuchAway_whenItStillWorks_thenFindsNothing() {
    assertThat(examine(6, 500, 300)).isEmpty();
    assertThat(examine(6, 3_000, 301)).isEmpty();
  }

  @Test
  void givenFewRefusalsOrAShortBurst_whenExamined_thenFindsNothing() {
    assertThat(examine(6, 100, 0)).isEmpty();
    assertThat(examine(3, 50_000, 0)).isEmpty();
    assertThat(examine(6, 0, 40)).isEmpty();
  }

  @Test
  void givenAPoolThatHasBeenShutDown_whenItIsStillGivenTasks_thenThatIsNoCollapse() {
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    for (int look = 0; look < 6; look++) {
      timeline.add(look(look, look * 5_000L, 40, List.of()));
    }

    assertThat(detector.examine(timeline)).isEmpty();
  }
}
