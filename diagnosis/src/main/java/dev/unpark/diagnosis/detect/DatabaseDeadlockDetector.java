package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds transactions that a database ended because they waited for each other. */
public final class DatabaseDeadlockDetector implements Detector {

  /*
   * The ring was in the database, and is gone when the JVM hears of it: no thread is left to be
   * looked at. What is left is the error that the driver reported. That it was a deadlock is the
   * database's own verdict; who the others were, only the database knows.
   */

  @Override
  public String type() {
    return "database-deadlock";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (Occurrence occurrence : timeline.latest().occurrences()) {
      if (occurrence.kind() == Occurrence.Kind.DATABASE_DEADLOCK && occurrence.recent() > 0) {
        findings.add(finding(occurrence, timeline.look()));
      }
    }
    return findings;
  }

  private Finding finding(Occurrence ended, Look look) {
    String place = ended.site().isEmpty() ? "" : ", the last at " + ended.site();
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s ended %s to break a deadlock%s"
                    .formatted(
                        ended.subject(), Words.counted(ended.recent(), "transaction"), place))
            .signedBy(ended.subject())
            .because(
                "the driver of %s reported %s within %d min, %d since the JVM is watched"
                    .formatted(
                        ended.subject(),
                        Words.counted(ended.recent(), "deadlock"),
                        Occurrence.RECENT.toMinutes(),
                        ended.count()));
    if (!place.isEmpty()) {
      suspicion.because("the statement that was ended last was sent at " + ended.site());
    }
    return suspicion
        .now("pause the job that began when the errors did; what was ended was rolled back whole")
        .cause("two transactions change the same rows in different order")
        .fix("lock rows in one order everywhere, and try whole transactions again")
        .unseen("the other transactions and their statements: the log of the database has them")
        .finding();
  }
}
