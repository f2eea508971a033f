package dev.unpark.diagnosis.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.model.Observation;
import java.time.Duration;
import java.util.List;
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

  @Test
  void givenAnOlderLook_whenIndexedTwice_thenOnceIsEnoughUntilTheTimelineRests() {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    Observation first = new Scene().runs(1, "a").at(0);
    timeline.add(first);
    timeline.add(new Scene().runs(1, "a").at(1_000));
    timeline.add(new Scene().runs(1, "a").at(2_000));

    assertThat(timeline.index(timeline.latest())).isSameAs(timeline.look().index());
    assertThat(timeline.index(timeline.last(2).get(0)))
        .isSameAs(timeline.previous().orElseThrow().index());
    var index = timeline.index(first);
    assertThat(index.thread(1)).isNotNull();
    assertThat(timeline.index(first)).isSameAs(index);
    timeline.rest();
    assertThat(timeline.index(first)).isNotSameAs(index);
  }

  @Test
  void givenManyThreads_whenOlderLooksAreIndexed_thenOnlySoManyAreKept() {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    Scene crowd = new Scene();
    for (int i = 0; i < 50_000; i++) {
      crowd.runs(i, "t");
    }
    for (int i = 0; i < 7; i++) {
      timeline.add(crowd.at(i * 1_000L));
    }
    List<Observation> looks = timeline.last(7);

    looks.subList(0, 5).forEach(timeline::index);

    assertThat(timeline.index(looks.get(3))).isSameAs(timeline.index(looks.get(3)));
    assertThat(timeline.index(looks.get(4))).isNotSameAs(timeline.index(looks.get(4)));
    assertThat(timeline.index(looks.get(4)).thread(7)).isNotNull();
  }
}
