package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneHistoryTest {
  private static final JvmIdentity JVM = new JvmIdentity("payments", "payments-1", 7, "25");
  private static final long NOON = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
  private static final int MANY = 100_000;

  private final LaneHistory lanes = new LaneHistory();

  @Test
  void givenAThreadThatWaitsAllTheTime_whenDrawn_thenItIsOneRun() {
    look(0, MANY, waiting(1, "queue", "7"));
    look(2, MANY, waiting(1, "queue", "7"));
    look(4, MANY, waiting(1, "queue", "7"));

    assertThat(runs(1)).containsExactly(run(0, 4, ThreadState.WAITING, false, 0));
  }

  @Test
  void givenAThreadThatWentOnBetweenTwoLooks_whenDrawn_thenItsRunSaysThatItMoved() {
    look(0, MANY, waiting(1, "queue", "7"));
    look(2, MANY, waiting(1, "queue", "8"));

    assertThat(runs(1)).containsExactly(run(0, 2, ThreadState.WAITING, true, 0));
  }

  @Test
  void givenAThreadThatRunsAndWaitsElsewhere_whenDrawn_thenEachHasItsRun() {
    look(0, MANY, waiting(1, "queue", "7"));
    look(2, MANY, running(1));
    look(4, MANY, waiting(1, "lock", "9"));

    assertThat(runs(1))
        .containsExactly(
            run(0, 2, ThreadState.WAITING, false, 0),
            run(2, 4, ThreadState.RUNNABLE, false, -1),
            run(4, 4, ThreadState.WAITING, false, 1));
    assertThat(lanes.since(0).resources())
        .extracting(Resource::id)
        .containsExactly("queue", "lock");
  }

  @Test
  void givenAThreadThatWasNotSeenForAWhile_whenDrawn_thenTheGapIsEmpty() {
    look(0, MANY, running(1), running(2));
    look(2, MANY, running(2));
    look(4, MANY, running(1), running(2));

    assertThat(runs(1))
        .containsExactly(
            run(0, 0, ThreadState.RUNNABLE, false, -1), run(4, 4, ThreadState.RUNNABLE, false, -1));
  }

  @Test
  void givenAnHour_whenDrawn_thenTheLastTenMinutesAreThere() {
    for (int second = 0; second <= 3_600; second += 2) {
      look(second, MANY, second % 4 == 0 ? running(1) : waiting(1, "q" + second, "1"));
    }

    LaneHistory.View view = lanes.since(0);

    assertThat(view.from()).isBetween(NOON + 2_900_000, NOON + 3_000_000);
    assertThat(view.threads()).hasSize(1);
    assertThat(view.threads().get(0).runs()).hasSizeBetween(300, 340);
    assertThat(view.threads().get(0).runs())
        .allSatisfy(run -> assertThat(run.resource()).isLessThan(view.resources().size()));
  }

  @Test
  void givenMoreRunsThanAllowed_whenDrawn_thenTheOldestAreGoneAndTheViewSaysSo() {
    for (int second = 0; second < 600; second++) {
      look(second, 1_000, crowd(50, second % 2 == 0));
    }

    LaneHistory.View view = lanes.since(0);

    assertThat(view.from()).isGreaterThan(NOON + 500_000);
    assertThat(view.threads()).hasSize(50);
    assertThat(view.threads().stream().mapToInt(thread -> thread.runs().size()).sum())
        .isLessThanOrEqualTo(1_000);
  }

  @Test
  void givenManyResources_whenTheyPassBy_thenThoseThatNoRunNamesAreForgotten() {
    for (int second = 0; second < 30_000; second++) {
      look(second, MANY, waiting(1, "lock-" + second, "1"));
    }

    LaneHistory.View view = lanes.since(0);

    assertThat(view.resources()).hasSizeLessThan(10_001);
    LaneHistory.View.Run last =
        view.threads().get(0).runs().get(view.threads().get(0).runs().size() - 1);
    assertThat(view.resources().get(last.resource()).id()).isEqualTo("lock-29999");
  }

  private void look(int second, int most, ObservedThread... threads) {
    List<Resource> resources =
        Stream.of(threads)
            .map(ObservedThread::currentWait)
            .filter(java.util.Objects::nonNull)
            .map(Wait::resource)
            .distinct()
            .map(id -> new Resource(id, ResourceKind.QUEUE, "Q", "", new Release.Unknown()))
            .toList();
    lanes.add(
        new Observation(
            JVM,
            Instant.ofEpochMilli(NOON + second * 1_000L),
            List.of(threads),
            resources,
            List.of(),
            List.of(),
            List.of()),
        most);
  }

  private List<LaneHistory.View.Run> runs(long thread) {
    return lanes.since(0).threads().stream()
        .filter(lane -> lane.id() == thread)
        .findFirst()
        .orElseThrow()
        .runs();
  }

  private static LaneHistory.View.Run run(
      int from, int to, ThreadState state, boolean moved, int resource) {
    return new LaneHistory.View.Run(
        NOON + from * 1_000L, NOON + to * 1_000L, state, false, moved, resource);
  }

  private static ObservedThread[] crowd(int size, boolean run) {
    List<ObservedThread> threads = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      threads.add(run ? running(id) : waiting(id, "queue", "1"));
    }
    return threads.toArray(new ObservedThread[0]);
  }

  private static ObservedThread running(long id) {
    return thread(id, ThreadState.RUNNABLE, null);
  }

  private static ObservedThread waiting(long id, String resource, String turn) {
    return thread(id, ThreadState.WAITING, new Wait(resource, false, turn, null));
  }

  private static ObservedThread thread(long id, ThreadState state, @Nullable Wait wait) {
    return ObservedThread.live(id, "worker-" + id, false, state, wait, List.of());
  }
}
