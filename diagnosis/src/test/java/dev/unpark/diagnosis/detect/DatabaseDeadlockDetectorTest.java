package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.Occurrence.Kind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseDeadlockDetectorTest {
  private final Detector detector = new DatabaseDeadlockDetector();

  private List<Finding> examine(Occurrence... happened) {
    Scene scene = new Scene().runs(1, "clerk-1");
    List.of(happened).forEach(scene::happened);
    Timeline timeline = new Timeline(Duration.ofSeconds(15), 60);
    timeline.add(scene.at(0));
    return detector.examine(timeline);
  }

  @Test
  void givenTransactionsThatADatabaseEnded_whenExamined_thenTellsWhichDatabaseAndWhere() {
    List<Finding> findings =
        examine(
            new Occurrence(
                Kind.DATABASE_DEADLOCK, "postgresql", "Ledger.book(Ledger.java:7)", 9, 3, 0),
            new Occurrence(Kind.DATABASE_DEADLOCK, "mysql", "", 1, 1, 0));

    assertThat(findings)
        .extracting(Finding::headline)
        .containsExactly(
            "postgresql ended 3 transactions to break a deadlock, the last at"
                + " Ledger.book(Ledger.java:7)",
            "mysql ended 1 transaction to break a deadlock");
    Finding first = findings.get(0);
    assertThat(first.severity()).isEqualTo(Severity.WARNING);
    assertThat(first.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(first.explanation())
        .containsExactly(
            "the driver of postgresql reported 3 deadlocks within 5 min, 9 since the JVM is watched",
            "the statement that was ended last was sent at Ledger.book(Ledger.java:7)");
    assertThat(first.id()).isNotEqualTo(findings.get(1).id());
  }

  @Test
  void givenTheSameDatabase_whenMoreDeadlocksComeFromElsewhere_thenItIsTheSameFinding() {
    Finding one = examine(new Occurrence(Kind.DATABASE_DEADLOCK, "oracle.db", "a", 1, 1, 0)).get(0);
    Finding two = examine(new Occurrence(Kind.DATABASE_DEADLOCK, "oracle.db", "b", 5, 4, 0)).get(0);

    assertThat(one.id()).isEqualTo(two.id());
  }

  @Test
  void givenDeadlocksOfLongAgoOrOtherEvents_whenExamined_thenFindsNothing() {
    assertThat(examine()).isEmpty();
    assertThat(examine(new Occurrence(Kind.DATABASE_DEADLOCK, "postgresql", "", 9, 0, 0)))
        .isEmpty();
    assertThat(examine(new Occurrence(Kind.RETRY, "postgresql", "", 9, 9, 1))).isEmpty();
  }
}
