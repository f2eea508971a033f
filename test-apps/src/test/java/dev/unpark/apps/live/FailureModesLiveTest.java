package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Each program with a failure mode, under the real agent on every JDK that can run it: it yields
 * the one finding that it should, about the right threads, and the alert of that finding fires in a
 * real Prometheus and arrives, grouped by service and once, where a real Alertmanager sends it.
 *
 * <p>All of them report to one collector and run beside each other, since most of them wait. They
 * start one pair after the other: two processors that start fifty JVMs at once start none.
 */
@Tag("live")
class FailureModesLiveTest {
  private static final Duration WHOLE = Duration.ofMinutes(7);
  private static final Duration LOOKS = Duration.ofMillis(250);

  /** So many pairs run beside each other: more would only wait for processors. */
  private static final int AT_ONCE = 8;

  /** So that exports fail, which a panel shows. */
  private static final String NOWHERE = "--export-endpoint=http://127.0.0.1:1";

  private static final List<Trial> TRIALS = new ArrayList<>();
  private static final Map<String, List<Pager.Page>> PAGES = new HashMap<>();
  private static boolean alarmed;
  private static Questions questions = Questions.none();
  @TempDir static Path scratch;

  /** Both JDKs with one failure mode. */
  private record Pair(List<Trial> trials) {
    boolean isOver() {
      return trials.stream().allMatch(Trial::isOver);
    }

    boolean hasBegun() {
      return trials.stream().allMatch(Trial::hasBegun);
    }
  }

  @BeforeAll
  static void runAll() throws IOException {
    try (Observatory observatory =
            Observatory.ofMany("--incidents=" + scratch.resolve("incidents"), NOWHERE);
        Alarms alarms = alarms(observatory)) {
      alarmed = alarms != null;
      questions = Questions.ofAll();
      observatory.sendWhatIsNotUsed();
      observatory.keepEvidence(scratch.resolve("evidence"));
      Deque<Pair> waiting = new ArrayDeque<>();
      for (Mode mode : Mode.chosen()) {
        if (!mode.needsPostgres() || PostgresServer.installed().isPresent()) {
          waiting.add(pair(mode, observatory));
        }
      }
      waiting.forEach(pair -> TRIALS.addAll(pair.trials()));
      List<Pair> running = new ArrayList<>();
      await("all failure modes")
          .pollInterval(LOOKS)
          .atMost(WHOLE)
          .until(() -> look(waiting, running, observatory, alarms));
      if (alarms != null) {
        assertThat(alarms.isAlive()).isTrue();
      }
    }
  }

  private static @Nullable Alarms alarms(Observatory observatory) throws IOException {
    try {
      return Alarms.impatient(observatory, scratch);
    } catch (TestAbortedException notInstalled) {
      System.out.println("without alerts: " + notInstalled.getMessage());
      return null;
    }
  }

  private static Pair pair(Mode mode, Observatory observatory) {
    List<Trial> trials = new ArrayList<>();
    for (Jdk jdk : OnEachJdk.from(mode.scenario().minJdk())) {
      trials.add(new Trial(mode, jdk, observatory, alarmed));
    }
    return new Pair(trials);
  }

  /** Looks once at all that run, starts the next when there is room; true when all are over. */
  private static boolean look(
      Deque<Pair> waiting, List<Pair> running, Observatory observatory, @Nullable Alarms alarms) {
    if (!waiting.isEmpty()
        && running.size() < AT_ONCE
        && running.stream().allMatch(Pair::hasBegun)
        && (running.isEmpty() || !waiting.element().trials().get(0).mode().burns())) {
      Pair next = waiting.remove();
      next.trials().forEach(Trial::start);
      running.add(next);
    }
    List<Told> findings = observatory.findings().stream().map(Told::new).toList();
    List<Pager.Page> arrived = alarms == null ? List.of() : alarms.pager().pages();
    if (alarms != null) {
      questions.ask(alarms);
    }
    for (Pair pair : List.copyOf(running)) {
      pair.trials().forEach(trial -> trial.look(findings, arrived));
      if (pair.isOver()) {
        String service = pair.trials().get(0).service();
        PAGES.put(service, arrived.stream().filter(page -> page.isOf(service)).toList());
        pair.trials().forEach(Trial::end);
        running.remove(pair);
      }
    }
    return waiting.isEmpty() && running.isEmpty();
  }

  static Stream<Trial> trials() {
    return TRIALS.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trials")
  void givenAFailureMode_whenItComesAbout_thenItsOneFindingIsToldAndItsAlertArrives(Trial trial) {
    trial.assertPassed();
  }

  @Test
  void givenAllFailureModes_whenPanelsAndRulesAsk_thenEachIsAnswered() {
    assumeTrue(alarmed, "no Prometheus; try: apt-get install prometheus prometheus-alertmanager");
    assumeTrue(Mode.chosen().equals(Mode.ALL), "only some modes were run");
    assertThat(questions.unanswered()).isEmpty();
  }

  static Stream<String> services() {
    return TRIALS.stream().map(Trial::service).distinct();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void givenAServiceInTrouble_whenItsAlertsArrive_thenOnceEachAndGrouped(String service) {
    assumeTrue(alarmed, "no Prometheus; try: apt-get install prometheus prometheus-alertmanager");
    List<Pager.Page> own = PAGES.getOrDefault(service, List.of());
    assertThat(own)
        .allSatisfy(page -> assertThat(page.receiver()).isEqualTo(receiver(page)))
        .allSatisfy(page -> assertThat(page.runbook()).isNotEmpty());
    Map<String, Set<String>> before = new HashMap<>();
    for (Pager.Page page : own) {
      assertThat(page.instances())
          .as("%s tells something new", page)
          .isNotEqualTo(before.put(page.alert(), page.instances()));
    }
  }

  private static String receiver(Pager.Page page) {
    return page.labels().path("severity").asText().equals("page") ? "pager" : "tickets";
  }
}
