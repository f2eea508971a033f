package dev.unpark.diagnosis.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimelineTest {
  @Test
  void givenMoreLooksThanRoom_whenAdded_thenTheOldestGo() {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 3);
    for (int i = 0; i < 5; i++) {
      timeline.add(new Scene().at(i * 1000L));
    }

    assertThat(timeline.window(Duration.ofMinutes(1)))
        .extracting(look -> look.time().toEpochMilli() - Scene.START.toEpochMilli())
        .containsExactly(2000L, 3000L, 4000L);
  }

  @Test
  void givenALongSilence_whenALookArrives_thenTheLastOneBeforeItStaysForComparison() {
    Timeline timeline = new Timeline(Duration.ofSeconds(10), 100);
    timeline.add(new Scene().at(0));
    timeline.add(new Scene().at(1_000));
    timeline.add(new Scene().at(100_000));

    assertThat(timeline.previous()).map(Look::observation).contains(new Scene().at(1_000));
    assertThat(timeline.window(Duration.ofSeconds(10))).hasSize(1);
  }
}
