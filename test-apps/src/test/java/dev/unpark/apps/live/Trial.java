package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One program with a failure mode on one JDK, watched from its start until its finding and its
 * alert have come, or are overdue.
 *
 * <p><b>Threading:</b> the thread of the test alone.
 */
final class Trial {
  private static final Duration FAULT = Duration.ofSeconds(90);

  /** What a program needs until it stands on its own feet, and the next ones may start. */
  private static final Duration BEGINNING = Duration.ofSeconds(5);

  /** A finding may come first that a better one takes the place of. */
  private static final Duration SETTLES = Duration.ofSeconds(20);

  private static final Duration AFTERWARDS = Duration.ofSeconds(2);
  private static final Duration ALERT = Duration.ofSeconds(60);

  private final Mode mode;
  private final Jdk jdk;
  private final Observatory observatory;
  private final boolean alarmed;
  private @Nullable Program program;
  private Instant started = Instant.EPOCH;
  private @Nullable Instant found;
  private @Nullable Instant alone;
  private @Nullable Told told;
  private boolean arrived;
  private @Nullable String failure;

  /**
   * @param alarmed whether an alert has to arrive
   */
  Trial(Mode mode, Jdk jdk, Observatory observatory, boolean alarmed) {
    this.mode = mode;
    this.jdk = jdk;
    this.observatory = observatory;
    this.alarmed = alarmed;
  }

  /** As the alert names it; both JDKs run instances of one service. */
  String service() {
    return mode.scenario().label();
  }

  String instance() {
    return "jdk-" + jdk.feature();
  }

  Mode mode() {
    return mode;
  }

  void start() {
    started = Instant.now();
    program = observatory.watchAs(service(), instance(), jdk, mode.scenario());
  }

  void end() {
    if (program != null) {
      program.close();
    }
  }

  /** Whether it has taken the processor time that it needs to start. */
  boolean hasBegun() {
    return isOver() || fault().isPresent() || isPast(started, BEGINNING);
  }

  /** Whether there is nothing left to wait for. */
  boolean isOver() {
    return failure != null || isToldAlone() && (arrived || !mustAlarm());
  }

  /** What is only advice is nothing to call anybody for. */
  private boolean mustAlarm() {
    return alarmed && (told == null || !told.json().path("severity").asText().equals("advice"));
  }

  private boolean isToldAlone() {
    return found != null && alone != null && isPast(alone, AFTERWARDS);
  }

  /**
   * Looks once.
   *
   * @param findings all that are open
   * @param pages all that have arrived
   */
  void look(List<Told> findings, List<Pager.Page> pages) {
    if (isOver()) {
      return;
    }
    List<Told> mine =
        findings.stream().filter(finding -> finding.isOf(service(), instance())).toList();
    arrived = arrived || pages.stream().anyMatch(this::isAboutThis);
    if (program == null || !program.isAlive()) {
      fail("the program has ended");
    } else if (fault().isEmpty()) {
      failWhenPast(started, FAULT, "no fault came about");
    } else {
      judge(fault().get(), mine);
    }
  }

  private void judge(Instant fault, List<Told> mine) {
    Instant now = Instant.now();
    if (found == null && shows(mine)) {
      found = now;
      System.out.printf(
          "%s on %s: found %d ms after the fault%n",
          service(), instance(), Duration.between(fault, now).toMillis());
    }
    if (found == null) {
      failWhenPast(fault, mode.inTime(), "not found in time, but " + types(mine));
      return;
    }
    List<Told> own = mine.stream().filter(finding -> !finding.type().equals(mode.also())).toList();
    if (!types(own).equals(expected())) {
      alone = null;
      failWhenPast(found, SETTLES, "beside its finding there are " + types(mine));
    } else if (alone == null) {
      alone = now;
    }
    if (!own.isEmpty()) {
      told = own.get(0);
    }
    if (mustAlarm() && !arrived) {
      failWhenPast(found, ALERT, "its alert has not arrived");
    }
  }

  private boolean shows(List<Told> mine) {
    Scenario scenario = mode.scenario();
    if (scenario.sign().isPresent()) {
      Scenario.Sign sign = scenario.sign().get();
      String job = "job=\"" + service() + "\"";
      String jvm = "instance=\"" + instance() + "\"";
      return observatory.metric(sign.metric(), job, jvm, sign.label()).orElse(0.0) > 0;
    }
    return mine.stream()
        .filter(finding -> scenario.finding().equals(Optional.of(finding.type())))
        .anyMatch(finding -> finding.isProven() || !scenario.isProvable());
  }

  private List<String> expected() {
    return mode.scenario().finding().stream().toList();
  }

  private static List<String> types(List<Told> findings) {
    return findings.stream().map(Told::type).toList();
  }

  private boolean isAboutThis(Pager.Page page) {
    return page.isOf(service())
        && page.runbook().equals("docs/runbooks/" + mode.trouble() + ".md")
        && page.instances().contains(instance());
  }

  private Optional<Instant> fault() {
    return program == null ? Optional.empty() : program.faultReached();
  }

  private static boolean isPast(Instant since, Duration length) {
    return Instant.now().isAfter(since.plus(length));
  }

  private void failWhenPast(Instant since, Duration length, String why) {
    if (isPast(since, length)) {
      fail("%s after %d s".formatted(why, length.toSeconds()));
    }
  }

  private void fail(String why) {
    failure = why + (program == null ? "" : "; its output: " + program.output());
  }

  /** Fails when what had to be told was not told, or not as it should be. */
  void assertPassed() {
    assertThat(failure).as("what went wrong").isNull();
    assertThat(isOver()).as("there was time to see it through").isTrue();
    if (told != null) {
      assertThat(told.threads()).containsAll(mode.threads());
      mode.check().accept(told);
    }
  }

  @Override
  public String toString() {
    return service() + ", " + instance();
  }
}
