package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.Occurrence.Kind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolResizeThrashDetectorTest {
  private final Detector detector = new PoolResizeThrashDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Occurrence... happened) {
    Scene scene = new Scene().runs(1, "price-1");
    List.of(happened).forEach(scene::happened);
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    timeline.add(scene.at(0));
    return detector.examine(timeline);
  }

  private static Occurrence grown(String pool, int times) {
    return new Occurrence(Kind.POOL_GROWN, pool, "", 100, times, 0);
  }

  private static Occurrence shrunk(String pool, int times) {
    return new Occurrence(Kind.POOL_SHRUNK, pool, "", 100, times, 0);
  }

  @Test
  void givenAPoolThatIsResizedBothWays_whenExamined_thenTellsHowOften() {
    List<Finding> findings = examine(grown("price-#", 4), shrunk("price-#", 3));

    assertThat(findings)
        .extracting(Finding::headline)
        .containsExactly("pool \"price-#\" was made larger 4 times and smaller 3 times in 5 min");
  }

  @Test
  void givenAPoolThatGrowsAlone_whenExamined_thenFindsNothing() {
    assertThat(examine(grown("price-#", 50))).isEmpty();
    assertThat(examine(grown("price-#", 50), shrunk("price-#", 2))).isEmpty();
    assertThat(examine(grown("price-#", 2), shrunk("price-#", 50))).isEmpty();
    assertThat(examine(grown("price-#", 50), shrunk("mail-#", 50))).isEmpty();
  }
}
