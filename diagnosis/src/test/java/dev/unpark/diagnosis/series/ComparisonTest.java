package dev.unpark.diagnosis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Stretch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final String POST = "shop.Ledger.post(Ledger.java:40)";
  private static final String READ = "shop.Client.read(Client.java:9)";

  private static Scene scene() {
    return new Scene();
  }

  private static List<Long> ids(List<ObservedThread> threads) {
    return threads.stream().map(ObservedThread::id).toList();
  }

  @Test
  void givenThreadsThatCameAndEnded_whenCompared_thenBothAreNamedAndPoolsGrow() {
    Observation then = scene().runs(1, "main").runs(2, "http-1").runs(9, "old").at(0);
    Observation now =
        scene().runs(1, "main").runs(2, "http-1").runs(3, "http-2").runs(4, "http-3").at(2000);

    Comparison comparison = Comparison.of(List.of(then, now));

    assertThat(ids(comparison.came())).containsExactly(3L, 4L);
    assertThat(ids(comparison.ended())).containsExactly(9L);
    assertThat(comparison.pools())
        .containsExactly(
            new Comparison.PoolChange("http-#", 1, 3), new Comparison.PoolChange("old", 1, 0));
    assertThat(comparison.span()).isEqualTo(Duration.ofSeconds(2));
    assertThat(comparison.looks()).isEqualTo(2);
  }

  @Test
  void givenAThreadAtTheSameLinesWithoutProcessorTime_whenCompared_thenItIsStuck() {
    Scene then = scene().used(1, "http-1", 5_000_000, READ).used(2, "http-2", 7_000_000, READ);
    Scene now = scene().used(1, "http-1", 5_100_000, READ).used(2, "http-2", 9_500_000, READ);

    Comparison comparison = Comparison.of(List.of(then.at(0), now.at(1000)));

    assertThat(comparison.stuck()).hasSize(1);
    assertThat(ids(comparison.stuck().get(0).threads())).containsExactly(1L);
    assertThat(comparison.stuck().get(0).cpuKnown()).isTrue();
    assertThat(comparison.stuck().get(0).stack()).containsExactly(READ);
    assertThat(comparison.moved()).extracting(stretch -> stretch.now().id()).containsExactly(2L);
    assertThat(comparison.limits()).isEmpty();
  }

  @Test
  void givenNumbersOfHiddenClassesThatDiffer_whenCompared_thenTheThreadIsStuckAllTheSame() {
    Scene then = scene().used(1, "a", 10, "java.util.X.get(X.java:1)", "a.B$$Lambda$7/0x01.run(B)");
    Scene now = scene().used(1, "a", 10, "java.util.X.get(X.java:1)", "a.B$$Lambda$9/0x02.run(B)");

    assertThat(Comparison.of(List.of(then.at(0), now.at(1000))).stuck()).hasSize(1);
  }

  @Test
  void givenAThreadThatMovedInBetween_whenCompared_thenItIsNotStuck() {
    List<Observation> looks =
        List.of(
            scene().used(1, "a", 10, READ).at(0),
            scene().used(1, "a", 10, POST).at(1000),
            scene().used(1, "a", 10, READ).at(2000));

    Comparison comparison = Comparison.of(looks);

    assertThat(comparison.stuck()).isEmpty();
    assertThat(comparison.moved()).containsExactly(stretch(looks));
  }

  private static Stretch stretch(List<Observation> looks) {
    Observation first = looks.get(0);
    Observation last = looks.get(looks.size() - 1);
    return new Stretch(
        first.threads().get(0), last.threads().get(0), Duration.between(first.time(), last.time()));
  }

  @Test
  void givenAThreadThatBurns_whenCompared_thenItIsBusyAndTheBusiestComesFirst() {
    Scene then = scene().used(1, "a", 0, POST).used(2, "b", 0, POST);
    Scene now = scene().used(1, "a", 300_000_000, POST).used(2, "b", 900_000_000, READ);

    assertThat(Comparison.of(List.of(then.at(0), now.at(1000))).busy())
        .extracting(stretch -> stretch.now().id())
        .containsExactly(2L, 1L);
  }

  @Test
  void givenIdleThreadsAndThoseWithoutStacks_whenCompared_thenTheyAreOnlyCounted() {
    Scene scene =
        scene()
            .used(1, "pool-1", 10, "sun.nio.ch.EPoll.wait(Native Method)")
            .used(2, "VM Thread", 10)
            .waits(3, "pool-3", "Q", "1", true, "java.util.concurrent.DelayQueue.take(D.java:1)");

    Comparison comparison = Comparison.of(List.of(scene.at(0), scene.at(1000)));

    assertThat(comparison.idle()).isEqualTo(2);
    assertThat(comparison.unseen()).isEqualTo(1);
    assertThat(comparison.stuck()).isEmpty();
  }

  @Test
  void givenWaitersWithoutProcessorTime_whenCompared_thenTheirTurnTellsAndTheLimitIsNamed() {
    Scene then = scene().waits(1, "a", "L", "1", false, POST).waits(2, "b", "L", "1", false, POST);
    Scene now = scene().waits(1, "a", "L", "1", false, POST).waits(2, "b", "L", "2", false, POST);

    Comparison comparison = Comparison.of(List.of(then.lock("L", 9).at(0), now.lock("L", 9).at(1)));

    assertThat(ids(comparison.stuck().get(0).threads())).containsExactly(1L);
    assertThat(comparison.stuck().get(0).cpuKnown()).isFalse();
    assertThat(comparison.moved()).hasSize(1);
    assertThat(comparison.limits()).singleElement().asString().contains("Thread.print");
  }

  @Test
  void givenAQueueThatGrewAndWaitsThatMoved_whenCompared_thenBothAreTold() {
    Scene then =
        scene()
            .waits(1, "a", "A", "1", false, POST)
            .waits(2, "b", "A", "1", false, POST)
            .waits(3, "c", "C", "1", false, POST)
            .runs(4, "d");
    Scene now =
        scene()
            .waits(1, "a", "B", "2", false, POST)
            .waits(2, "b", "B", "2", false, POST)
            .waits(3, "c", "C", "1", false, POST)
            .waits(4, "d", "B", "1", false, POST);
    for (Scene scene : List.of(then, now)) {
      scene.lock("A", 9).lock("B", 9).lock("C", 9);
    }

    Comparison comparison = Comparison.of(List.of(then.at(0), now.at(1000)));

    assertThat(comparison.queues())
        .extracting(queue -> queue.lock().id() + queue.before() + queue.after() + queue.growth())
        .containsExactly("B033", "C110", "A20-2");
    assertThat(comparison.movedWaits())
        .extracting(move -> move.from().id() + move.to().id() + move.threads())
        .containsExactly("AB2");
  }

  @Test
  void givenLooksThatAreTooFewOrOutOfOrder_whenCompared_thenRefused() {
    Observation look = scene().at(0);

    assertThatThrownBy(() -> Comparison.of(List.of(look))).hasMessageContaining("two looks, got 1");
    assertThatThrownBy(() -> Comparison.of(List.of(look, look)))
        .hasMessageContaining("look 2")
        .hasMessageContaining("not later");
  }
}
