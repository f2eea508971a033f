package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.collector.Requests;
import dev.unpark.collector.series.Family;
import dev.unpark.collector.series.Point;
import dev.unpark.collector.series.SeriesBudget;
import dev.unpark.collector.series.SeriesStore;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.api.common.Value;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration SILENCE = Duration.ofMinutes(5);
  private static final JvmIdentity JVM = new JvmIdentity("payments", "payments-1", 4711, "25.0.3");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final Recorder recorder = new Recorder();
  private final Workers workers = new Workers(2, 100, 1 << 20);
  private final SeriesBudget budget = new SeriesBudget(10);
  private final Fleet fleet =
      new Fleet(workers, 2, SILENCE, clock(), budget, 10, Diagnostician::new, recorder);
  private final ObservationEncoder encoder = new ObservationEncoder();

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void givenASilentJvm_whenItsTimeIsUp_thenItIsForgottenAndItsFindingsClose() {
    look(JVM, deadlocked(0));
    look(JVM, deadlocked(1));
    await().until(() -> !fleet.jvms().get(0).open().isEmpty());
    fleet
        .jvms()
        .get(0)
        .series()
        .put(
            new Family("a", "a", InstrumentType.GAUGE, ""),
            Labels.EMPTY,
            1,
            NOON,
            new Point.Number(1));

    now.set(NOON.plus(SILENCE));
    fleet.forgetSilent();
    assertThat(fleet.size()).isEqualTo(1);
    now.set(NOON.plus(SILENCE).plusSeconds(1));
    fleet.forgetSilent();

    await().until(() -> fleet.size() == 0);
    await().untilAsserted(() -> assertThat(recorder.events()).endsWith("closed", "forgotten"));
    assertThat(budget.used()).isZero();
  }

  @Test
  void givenAJvmWhoseClockIsYearsOff_whenItReports_thenItIsDiagnosedAndKept() {
    long year = Duration.ofDays(365).toSeconds();
    look(JVM, deadlocked(-10 * year));
    look(JVM, deadlocked(-10 * year + 1));

    await()
        .until(
            () ->
                fleet.jvms().get(0).open().stream()
                    .anyMatch(finding -> finding.certainty() == Certainty.PROVEN));
    fleet.forgetSilent();
    assertThat(fleet.size()).isEqualTo(1);
  }

  @Test
  void givenAClockThatIsSetBack_whenTheTroubleIsStillThere_thenItIsLookedAtAfreshAndWasNeverOver() {
    look(JVM, deadlocked(1000));
    look(JVM, deadlocked(1001));
    look(JVM, deadlocked(0));
    look(JVM, deadlocked(1));

    await()
        .untilAsserted(
            () -> {
              assertThat(recorder.events())
                  .containsSubsequence("opened", "restarted", "updated")
                  .doesNotContain("closed")
                  .containsOnlyOnce("opened");
              assertThat(fleet.jvms().get(0).open())
                  .singleElement()
                  .satisfies(
                      finding -> {
                        assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
                        assertThat(finding.observedAt()).isEqualTo(NOON.plusSeconds(1));
                      });
            });
  }

  @Test
  void givenAClockThatIsSetBack_whenTheTroubleIsGone_thenItIsOver() {
    look(JVM, deadlocked(1000));
    look(JVM, deadlocked(1001));
    look(JVM, healthy(0));
    look(JVM, healthy(2));
    await().until(() -> NOON.plusSeconds(2).equals(fleet.jvms().get(0).lastLook()));
    assertThat(recorder.events()).containsSubsequence("opened", "restarted");
    assertThat(fleet.jvms().get(0).open()).hasSize(1);

    look(JVM, healthy(5));
    await().until(() -> NOON.plusSeconds(5).equals(fleet.jvms().get(0).lastLook()));
    assertThat(recorder.events()).containsSubsequence("opened", "restarted", "closed");
    assertThat(fleet.jvms().get(0).open()).isEmpty();
  }

  @Test
  void givenARestart_whenTheNewProcessHasTheSameTrouble_thenTheOldIsOverAndItOpensAnew() {
    look(JVM, deadlocked(0));
    look(JVM, deadlocked(1));
    ObservationEncoder restarted = new ObservationEncoder();
    offer(JVM, restarted.encode(deadlocked(2)));
    offer(JVM, restarted.encode(deadlocked(3)));

    await()
        .untilAsserted(
            () ->
                assertThat(recorder.events())
                    .containsSubsequence("opened", "restarted", "closed", "opened"));
    assertThat(fleet.jvms().get(0).open()).hasSize(1);
  }

  @Test
  void givenMoreThanThereIsTimeFor_whenBalanced_thenWhoCameLastIsShutOutAndTroubleIsKeptInSight() {
    Fleet crowd =
        new Fleet(workers, 100, SILENCE, clock(), budget, 10, Diagnostician::new, recorder);
    List<ObservationEncoder> encoders = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      now.set(NOON.plusSeconds(i));
      encoders.add(new ObservationEncoder());
      offer(crowd, named("" + i), encoders.get(i).encode(i == 39 ? deadlocked(0) : healthy(0)));
    }
    offer(crowd, named("39"), encoders.get(39).encode(deadlocked(1)));
    await().until(() -> crowd.jvms().stream().allMatch(jvm -> jvm.lastLook() != null));
    await().until(() -> crowd.openFindings().size() == 1);

    for (int i = 0; i < 5; i++) {
      crowd.balance(Duration.ofSeconds(2).toNanos());
    }

    await().until(() -> crowd.jvms().stream().filter(WatchedJvm::isShutOut).count() == 6);
    assertThat(crowd.jvms())
        .filteredOn(WatchedJvm::isShutOut)
        .extracting(jvm -> jvm.identity().instance())
        .containsExactlyInAnyOrder("33", "34", "35", "36", "37", "38");
    assertThat(recorder.events()).containsOnlyOnce("opened").doesNotContain("closed");

    for (int i = 0; i < 20; i++) {
      crowd.balance(0);
    }
    assertThat(crowd.jvms()).noneMatch(WatchedJvm::isShutOut);
    encoders.get(38).forgetBase();
    offer(crowd, named("38"), encoders.get(38).encode(deadlocked(1)));
    offer(crowd, named("38"), encoders.get(38).encode(deadlocked(2)));
    await().until(() -> recorder.events().stream().filter("opened"::equals).count() == 2);
  }

  @Test
  void givenFramesTwiceAndOutOfOrder_whenTheyArrive_thenTheyAreDroppedAndNothingElseHappens() {
    Value<?> full = encoder.encode(deadlocked(0));
    Value<?> second = encoder.encode(deadlocked(1));
    Value<?> third = encoder.encode(deadlocked(2));
    offer(JVM, second);
    offer(JVM, full);
    offer(JVM, third);
    offer(JVM, second);
    offer(JVM, third);
    offer(JVM, full);

    await()
        .untilAsserted(
            () ->
                assertThat(recorder.events())
                    .containsSubsequence("appeared", "without_base", "late", "late", "late"));
    assertThat(recorder.events()).doesNotContain("restarted", "closed");
    assertThat(fleet.jvms().get(0).lastLook()).isEqualTo(NOON.plusSeconds(2));
  }

  @Test
  void givenMoreJvmsThanMayBe_whenTheyReport_thenTheLastGetsNoStateUntilOneIsForgotten() {
    assertThat(fleet.reporting(named("1"), Map.of())).isPresent();
    assertThat(fleet.reporting(named("2"), Map.of())).isPresent();
    assertThat(fleet.reporting(named("3"), Map.of())).isEmpty();
    assertThat(fleet.reporting(named("1"), Map.of())).isPresent();

    now.set(NOON.plus(SILENCE).plusSeconds(1));
    assertThat(fleet.reporting(named("1"), Map.of())).isPresent();
    fleet.forgetSilent();

    await().until(() -> fleet.size() == 1);
    assertThat(fleet.reporting(named("3"), Map.of())).isPresent();
  }

  @Test
  void givenAFaultOfOurs_whenOneJvmsFrameMeetsIt_thenItIsCountedAndTheOtherGoesOn() {
    WatchedJvm jvm = fleet.reporting(JVM, Map.of()).orElseThrow();
    // No bytes where there should be one: no sender can do that.
    fleet.offer(jvm, JVM, new byte[0], 0, 1);
    look(JVM, deadlocked(0));
    look(JVM, deadlocked(1));

    await().until(() -> !jvm.open().isEmpty());
    assertThat(recorder.events()).contains("internal");
  }

  @Test
  void givenFramesOfTheProcessBefore_whenTheyComeAfterTheRestart_thenNothingRestartsAgain() {
    Value<?> old = encoder.encode(deadlocked(0));
    ObservationEncoder restarted = new ObservationEncoder();
    offer(JVM, encoder.encode(deadlocked(1)));
    offer(JVM, old);
    offer(JVM, restarted.encode(deadlocked(2)));
    encoder.forgetBase();
    offer(JVM, encoder.encode(deadlocked(1)));
    offer(JVM, restarted.encode(deadlocked(3)));

    await().until(() -> NOON.plusSeconds(3).equals(fleet.jvms().get(0).lastLook()));
    assertThat(recorder.events())
        .containsSubsequence("appeared", "without_base", "restarted", "superseded")
        .containsOnlyOnce("restarted");
  }

  @Test
  void givenTwinsOfOneName_whenTheFollowedOneEnds_thenTheOtherIsFollowed() {
    JvmIdentity twin = new JvmIdentity(JVM.service(), JVM.instance(), 9, "17");
    ObservationEncoder ofTwin = new ObservationEncoder();
    look(JVM, deadlocked(0));
    for (int i = 1; i < 40; i++) {
      offer(twin, ofTwin.encode(deadlocked(i)));
      look(JVM, deadlocked(i));
    }
    await().until(() -> recorder.events().stream().filter("superseded"::equals).count() == 39);
    assertThat(recorder.events().stream().filter("restarted"::equals)).hasSize(1);
    assertThat(fleet.jvms().get(0).identity()).isEqualTo(twin);

    for (int i = 40; i < 80; i++) {
      look(JVM, deadlocked(i));
    }
    await().until(() -> NOON.plusSeconds(79).equals(fleet.jvms().get(0).lastLook()));
    assertThat(fleet.jvms().get(0).identity()).isEqualTo(JVM);
    assertThat(recorder.events().stream().filter("restarted"::equals)).hasSize(2);
  }

  @Test
  void givenFindingsOfAJvm_whenCounted_thenADeadlockCountsOnceAndItsThreadsWhileItLasts() {
    look(JVM, deadlocked(0));
    look(JVM, deadlocked(1));
    look(JVM, deadlocked(2));
    WatchedJvm jvm = fleet.jvms().get(0);
    await().until(() -> NOON.plusSeconds(2).equals(jvm.lastLook()));

    assertThat(jvm.counts().deadlocks()).isEqualTo(Map.of("reentrant", 1L));
    assertThat(jvm.counts().deadlockedThreads(jvm.open())).isEqualTo(Map.of("reentrant", 2L));
    assertThat(jvm.counts().deadlockedThreads(List.of())).isEqualTo(Map.of("reentrant", 0L));
    assertThat(jvm.counts().opened().values().stream().mapToLong(n -> n).sum()).isEqualTo(1);
  }

  @Test
  void givenAClockThatIsSetBack_whenPointsGoOn_thenTheSeriesFollowsAfterAWhile() {
    SeriesStore store = new SeriesStore(budget, 3);
    Family family = new Family("a", "a", InstrumentType.GAUGE, "");
    store.put(family, Labels.EMPTY, 9_000, NOON, new Point.Number(1));
    store.put(family, Labels.EMPTY, 8_000, NOON.plusSeconds(15), new Point.Number(2));
    assertThat(values(store)).containsExactly(1.0);

    store.put(family, Labels.EMPTY, 8_060, NOON.plusSeconds(75), new Point.Number(3));
    assertThat(values(store)).containsExactly(3.0);
  }

  @Test
  void givenAJvmThatIsForgotten_whenAPointStillComes_thenNoRoomIsTakenForIt() {
    SeriesStore store = new SeriesStore(budget, 3);
    Family family = new Family("a", "a", InstrumentType.GAUGE, "");
    put(store, family, 1, NOON);
    store.close();

    assertThat(put(store, family, 2, NOON)).isEqualTo(SeriesStore.Put.FULL);
    assertThat(budget.used()).isZero();
  }

  private static List<Double> values(SeriesStore store) {
    List<Double> values = new ArrayList<>();
    store.visit((family, labels, point) -> values.add(((Point.Number) point).value()));
    return values;
  }

  @Test
  void givenSeriesBeyondTheLimit_whenPut_thenRefusedUntilOthersExpire() {
    SeriesStore store = new SeriesStore(budget, 3);
    Family family = new Family("a", "a", InstrumentType.GAUGE, "");
    for (int i = 0; i < 3; i++) {
      assertThat(put(store, family, i, NOON)).isEqualTo(SeriesStore.Put.TAKEN);
    }
    assertThat(put(store, family, 3, NOON)).isEqualTo(SeriesStore.Put.FULL);
    assertThat(put(store, family, 2, NOON.plusSeconds(9))).isEqualTo(SeriesStore.Put.TAKEN);
    assertThat(
            store.put(
                new Family("a", "a", InstrumentType.COUNTER, ""),
                Labels.EMPTY,
                1,
                NOON,
                new Point.Number(1)))
        .isEqualTo(SeriesStore.Put.CONFLICT);

    store.expire(NOON.plusSeconds(1));

    assertThat(store.size()).isEqualTo(1);
    assertThat(budget.used()).isEqualTo(1);
    assertThat(put(store, family, 3, NOON)).isEqualTo(SeriesStore.Put.TAKEN);
  }

  private static SeriesStore.Put put(SeriesStore store, Family family, int label, Instant at) {
    return store.put(family, Labels.of("n", "" + label), 1, at, new Point.Number(1));
  }

  private void look(JvmIdentity jvm, Observation observation) {
    offer(jvm, encoder.encode(observation));
  }

  private void offer(JvmIdentity jvm, Value<?> frame) {
    offer(fleet, jvm, frame);
  }

  private static void offer(Fleet fleet, JvmIdentity jvm, Value<?> frame) {
    WatchedJvm watched = fleet.reporting(jvm, Map.of()).orElseThrow();
    byte[] body = Requests.body(frame).toByteArray();
    assertThat(fleet.offer(watched, jvm, body, 0, body.length)).isTrue();
  }

  private static JvmIdentity named(String instance) {
    return new JvmIdentity("payments", instance, 1, "");
  }

  private static Observation healthy(long second) {
    return new Observation(
        JVM,
        NOON.plusSeconds(second),
        List.of(
            ObservedThread.live(
                1, "a", false, ThreadState.RUNNABLE, null, List.of("a.B.c(B.java:1)"))),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Observation deadlocked(long second) {
    return new Observation(
        JVM,
        NOON.plusSeconds(second),
        List.of(
            ObservedThread.live(
                1,
                "a",
                false,
                ThreadState.WAITING,
                new Wait("y", false, "1:1", null),
                List.of("a.B.c(B.java:1)")),
            ObservedThread.live(
                2,
                "b",
                false,
                ThreadState.WAITING,
                new Wait("x", false, "1:1", null),
                List.of("a.B.c(B.java:1)"))),
        List.of(
            new Resource("x", ResourceKind.REENTRANT_LOCK, "L", "s", Release.owner(1)),
            new Resource("y", ResourceKind.REENTRANT_LOCK, "L", "s", Release.owner(2))),
        List.of(),
        List.of(),
        List.of());
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.get();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  /** Writes down what it hears, in order. */
  private static final class Recorder implements FleetListener {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    List<String> events() {
      return List.copyOf(events);
    }

    @Override
    public void findingChanged(Finding finding) {
      events.add(finding.state().label());
    }

    @Override
    public void jvmAppeared(JvmIdentity jvm) {
      events.add("appeared");
    }

    @Override
    public void jvmRestarted(JvmIdentity jvm) {
      events.add("restarted");
    }

    @Override
    public void jvmForgotten(JvmIdentity jvm) {
      events.add("forgotten");
    }

    @Override
    public void observationDropped(JvmIdentity jvm, DropReason reason, String why) {
      events.add(reason.label());
    }
  }
}
