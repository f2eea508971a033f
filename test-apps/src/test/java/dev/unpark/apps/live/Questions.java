package dev.unpark.apps.live;

import dev.unpark.apps.postgres.PostgresServer;
import dev.unpark.apps.rules.Alert;
import dev.unpark.apps.rules.Board;
import dev.unpark.apps.rules.MetricNames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What every panel and every rule asks, and whether a Prometheus has ever had an answer.
 *
 * <p><b>Threading:</b> the thread of the test alone.
 */
final class Questions {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final String INTERVAL = "15s";

  private final Set<String> unanswered;
  private Instant next = Instant.EPOCH;

  private Questions(Set<String> unanswered) {
    this.unanswered = unanswered;
  }

  static Questions none() {
    return new Questions(new LinkedHashSet<>());
  }

  /** Those that some program gives data for. */
  static Questions ofAll() throws IOException {
    List<String> all = new ArrayList<>();
    for (Board board : Board.all()) {
      all.addAll(board.expressions());
    }
    Alert.rules().forEach(rule -> all.add(rule.operands()));
    Set<String> questions = new LinkedHashSet<>();
    all.stream()
        .filter(Questions::canBeAnsweredHere)
        .map(expression -> MetricNames.filledIn(expression, INTERVAL))
        .forEach(questions::add);
    return new Questions(questions);
  }

  /** That a finding's alert fires is what each failure mode is tried for; some lack a program. */
  private static boolean canBeAnsweredHere(String expression) {
    return !expression.contains("finding_type=")
        && (PostgresServer.installed().isPresent() || !expression.contains("db_system_name"));
  }

  /** Asks those that have had no answer so far, once a second at most. */
  void ask(Alarms prometheus) {
    Instant now = Instant.now();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(BETWEEN);
    unanswered.removeIf(question -> prometheus.ask(question) > 0);
  }

  /** Those that never had an answer. */
  Set<String> unanswered() {
    return unanswered;
  }
}
