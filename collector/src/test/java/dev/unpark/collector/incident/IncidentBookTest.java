package dev.unpark.collector.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentBookTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final IncidentBook.Settings SETTINGS =
      new IncidentBook.Settings(
          Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofDays(30), 100, 1L << 30);

  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

  /** By how much the machine's clock was set forward. */
  private final AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);

  private final List<Finding> fleet = Collections.synchronizedList(new ArrayList<>());
  private final List<Incident> told = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicInteger failures = new AtomicInteger();
  private IncidentStore store;
  private IncidentBook book;

  @BeforeEach
  void open() throws Exception {
    store = new Breakable(new SqlIncidentStore(Database.inFolder(folder)), broken);
    book =
        new IncidentBook(
            store,
            clock(() -> now.get().plus(set.get())),
            clock(now::get),
            SETTINGS,
            () -> List.copyOf(fleet),
            List.of(IncidentBookTest::fail, told::add),
            counts());
  }

  /** A listener that makes nothing but trouble; none of it may reach the others. */
  private static void fail(Incident incident) {
    throw new IllegalStateException("a listener of " + incident.id() + " that always fails");
  }

  @AfterEach
  void close() {
    book.close();
  }

  @Test
  void givenTheSameFindingInManyInstances_whenTheyComeAndGo_thenItIsOneIncident() {
    for (int i = 0; i < 12; i++) {
      book.findingChanged(finding("checkout-" + i, Finding.State.OPENED, Certainty.SUSPECTED));
    }
    book.findingChanged(finding("checkout-3", Finding.State.UPDATED, Certainty.PROVEN));
    await().until(() -> !told.isEmpty() && last().certainty() == Certainty.PROVEN);
    assertThat(last().affectedNow()).isEqualTo(12);

    for (int i = 0; i < 12; i++) {
      assertThat(last().isOpen()).isTrue();
      book.findingChanged(finding("checkout-" + i, Finding.State.CLOSED, Certainty.PROVEN));
      long left = 11 - i;
      await().until(() -> last().affectedNow() == left);
    }
    assertThat(last().isOpen()).isFalse();
    assertThat(told).extracting(Incident::id).containsOnly(last().id());
    assertThat(last().events().get(0).kind()).isEqualTo(Incident.Kind.OPENED);
    assertThat(last().events()).extracting(Incident.Event::kind).contains(Incident.Kind.PROVEN);
  }

  @Test
  void givenTroubleThatComesAgain_whenSoon_thenTheSameIncidentAndLaterAnother() {
    openAndClose();
    String first = last().id();
    now.set(NOON.plus(Duration.ofMinutes(9)));
    openAndClose();
    assertThat(last().id()).isEqualTo(first);

    now.set(NOON.plus(Duration.ofMinutes(20)));
    openAndClose();
    assertThat(last().id()).isNotEqualTo(first);
  }

  @Test
  void givenARestartOfOurs_whenTheInstanceStillHasIt_thenTheIncidentGoesOn() throws Exception {
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    book.findingChanged(finding("checkout-2", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> !told.isEmpty() && last().affectedNow() == 2);
    Incident before = last();
    book.acknowledge(before.id(), "ann").join();

    book.close();
    told.clear();
    now.set(NOON.plusSeconds(30));
    open();
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    now.set(NOON.plusSeconds(400));

    await().until(() -> !told.isEmpty() && last().affectedNow() == 1);
    assertThat(last().id()).isEqualTo(before.id());
    assertThat(last().isOpen()).isTrue();
    assertThat(last().acknowledgedBy()).isEqualTo("ann");
    assertThat(told).noneMatch(incident -> !incident.isOpen());
  }

  @Test
  void givenAStoreThatIsGone_whenFindingsChange_thenNobodyIsToldUntilItIsBack() throws Exception {
    broken.set(true);
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> failures.get() > 0);
    assertThat(book.working()).isFalse();
    assertThat(told).isEmpty();

    broken.set(false);
    now.set(NOON.plusSeconds(2));
    await().until(() -> !told.isEmpty());
    assertThat(store.find(last().id())).contains(last());
    assertThat(book.working()).isTrue();
  }

  @Test
  void givenAnIncident_whenAcknowledged_thenItIsOnDiskWhenTheAnswerComes() throws Exception {
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> !told.isEmpty());

    Optional<Incident> answer = book.acknowledge(last().id(), "ann").join();

    assertThat(answer.orElseThrow().acknowledgedBy()).isEqualTo("ann");
    assertThat(store.find(last().id())).isEqualTo(answer);
    assertThat(book.acknowledge("unknown", "ann").join()).isEmpty();
  }

  @Test
  void givenAStoreThatIsGone_whenManyAcknowledge_thenSoManyWaitAndTheOthersAreTold()
      throws Exception {
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> !told.isEmpty());
    String id = last().id();
    broken.set(true);

    CompletableFuture<Optional<Incident>> first = book.acknowledge(id, "somebody");
    for (int i = 0; i < 999; i++) {
      book.acknowledge(id, "everybody");
    }
    CompletableFuture<Optional<Incident>> last = book.acknowledge(id, "nobody");

    await().until(last::isCompletedExceptionally);
    assertThat(first).isNotDone();
    broken.set(false);
    now.set(NOON.plusSeconds(2));
    assertThat(first.get(10, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void givenClosedIncidents_whenOldOrTooMany_thenForgotten() throws Exception {
    for (int i = 0; i < 5; i++) {
      now.set(NOON.plus(Duration.ofHours(i)));
      openAndClose();
    }
    store.forget(new Retention(NOON.plusSeconds(1), 100, 1L << 30), counts());
    assertThat(store.list(new IncidentStore.Query(null, null, null, null, 10))).hasSize(4);
    store.forget(new Retention(NOON, 3, 1L << 30), counts());
    assertThat(store.list(new IncidentStore.Query(null, null, null, null, 10))).hasSize(3);
    assertThat(store.list(new IncidentStore.Query(null, "other", null, null, 10))).isEmpty();
    assertThat(
            store.list(
                new IncidentStore.Query(
                    false, "checkout", "deadlock", NOON.plus(Duration.ofHours(4)), 10)))
        .hasSize(2);
  }

  @Test
  void givenAClockThatIsSetBackAndForth_whenFindingsChange_thenTheyAreWrittenAndNothingIsForgotten()
      throws Exception {
    openAndClose();
    String first = last().id();
    for (Duration by : List.of(Duration.ofDays(-300), Duration.ofDays(3_000), Duration.ZERO)) {
      set.set(by);
      now.set(now.get().plusSeconds(90));
      int before = told.size();
      book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
      await().until(() -> told.size() > before && last().isOpen());
      int then = told.size();
      book.findingChanged(finding("checkout-1", Finding.State.CLOSED, Certainty.PROVEN));
      await().until(() -> told.size() > then && !last().isOpen());
    }
    assertThat(store.find(first)).isPresent();
    assertThat(store.list(new IncidentStore.Query(null, null, null, null, 10)))
        .extracting(Incident::id)
        .contains(first, last().id());
  }

  @Test
  void givenAnAcknowledgedIncident_whenItIsGoneForABlinkOrForLonger_thenOnlyTheLongerAsksAnew() {
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> !told.isEmpty());
    book.acknowledge(last().id(), "ann").join();
    for (long seconds : List.of(5, 60)) {
      book.findingChanged(finding("checkout-1", Finding.State.CLOSED, Certainty.PROVEN));
      await().until(() -> !last().isOpen());
      now.set(now.get().plusSeconds(seconds));
      set.set(set.get().plusDays(1));
      book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
      await().until(() -> last().isOpen());
      assertThat(last().acknowledgedBy()).isEqualTo(seconds == 5 ? "ann" : "");
    }
    assertThat(told).extracting(Incident::id).containsOnly(last().id());
  }

  @Test
  void givenTheSameTroubleTwiceInTheStore_whenStarted_thenOneGoesOnAndTheOtherEnds()
      throws Exception {
    book.close();
    try (IncidentStore again = new SqlIncidentStore(Database.inFolder(folder))) {
      Finding open = finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN);
      again.write(
          List.of(
              new LiveIncident("older", open, NOON, Clock.systemUTC()).asOfNow(),
              new LiveIncident("newer", open, NOON.plusSeconds(1), Clock.systemUTC()).asOfNow()));
    }
    open();
    await().until(() -> told.stream().anyMatch(incident -> incident.id().equals("older")));
    assertThat(last().isOpen()).isFalse();
    assertThat(store.find("newer").orElseThrow().isOpen()).isTrue();
  }

  @Test
  void givenAServiceThatRestartsForEver_whenItsInstancesEnd_thenOnlyTheLatestAreHeld() {
    book.findingChanged(finding("stays", Finding.State.OPENED, Certainty.PROVEN));
    for (int i = 0; i < 1_500; i++) {
      book.findingChanged(finding("checkout-" + i, Finding.State.OPENED, Certainty.PROVEN));
      book.findingChanged(finding("checkout-" + i, Finding.State.CLOSED, Certainty.PROVEN));
    }
    book.findingChanged(finding("last", Finding.State.OPENED, Certainty.PROVEN));

    await()
        .until(
            () ->
                !told.isEmpty()
                    && last().instances().stream().anyMatch(one -> one.instance().equals("last")));
    assertThat(last().affectedNow()).isEqualTo(2);
    assertThat(last().instances()).hasSizeLessThanOrEqualTo(LiveIncident.MAX_ENDED + 2);
    assertThat(last().instances()).extracting(Incident.Affected::instance).contains("stays");
  }

  @Test
  void givenIncidentsOfOneMoment_whenPagedThroughByTime_thenNoneIsMissed() throws Exception {
    List<Incident> same = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      LiveIncident incident =
          new LiveIncident(
              "id-" + i,
              finding("checkout", Finding.State.OPENED, Certainty.PROVEN),
              NOON,
              Clock.systemUTC());
      same.add(incident.asOfNow());
    }
    store.write(same);

    List<Incident> page = store.list(new IncidentStore.Query(null, null, null, null, 2));
    assertThat(page)
        .extracting(Incident::id)
        .containsExactly("id-0", "id-1", "id-2", "id-3", "id-4");
    assertThat(store.list(new IncidentStore.Query(null, null, null, NOON, 2))).isEmpty();
  }

  @Test
  void givenAFolderInUse_whenOpenedAgain_thenRefused() {
    assertThatThrownBy(() -> Database.inFolder(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("another collector uses it");
  }

  private void openAndClose() {
    int before = told.size();
    book.findingChanged(finding("checkout-1", Finding.State.OPENED, Certainty.PROVEN));
    await().until(() -> told.size() > before && last().isOpen());
    book.findingChanged(finding("checkout-1", Finding.State.CLOSED, Certainty.PROVEN));
    await().until(() -> !last().isOpen());
  }

  private Incident last() {
    return told.get(told.size() - 1);
  }

  private static Finding finding(String instance, Finding.State state, Certainty certainty) {
    return new Finding(
        "deadlock:3f9c",
        "deadlock",
        state,
        certainty,
        Severity.CRITICAL,
        "2 threads wait for each other",
        NOON,
        NOON,
        new JvmIdentity("checkout", instance, 1, "25"),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private IncidentBook.BookCounts counts() {
    return new IncidentBook.BookCounts() {
      @Override
      public void overflow() {}

      @Override
      public void refused() {}

      @Override
      public void forgotten(Retention.Reason reason, boolean acknowledged, long incidents) {}

      @Override
      public void storeFailed() {
        failures.incrementAndGet();
      }
    };
  }

  private static Clock clock(Supplier<Instant> now) {
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

  /** A store whose disk may be full. */
  private record Breakable(IncidentStore store, AtomicBoolean broken) implements IncidentStore {
    @Override
    public void write(Collection<Incident> incidents) throws Unavailable {
      if (broken.get()) {
        throw new Unavailable("the disk is full", new IOException());
      }
      store.write(incidents);
    }

    @Override
    public Optional<Incident> find(String id) throws Unavailable {
      return store.find(id);
    }

    @Override
    public List<Incident> list(Query query) throws Unavailable {
      return store.list(query);
    }

    @Override
    public void forget(Retention retention, Retention.Heard heard) throws Unavailable {
      store.forget(retention, heard);
    }

    @Override
    public long size() throws Unavailable {
      return store.size();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
