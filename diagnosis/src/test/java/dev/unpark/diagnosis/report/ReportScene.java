package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import java.util.ArrayList;
import java.util.List;

/** A deadlock with victims, one of whom bears a name that is meant to do harm. */
public final class ReportScene {
  public static final String EVIL = "evil\u001b[2J\n</title><script>alert('x')</script>\"&|`@all";

  private ReportScene() {}

  /** What one dump of it shows. */
  public static Observation look(long millis) {
    return withEvidence(
        new Scene()
            .waits(31, "transfer-1", "ReentrantLock@2", "1", false, "shop.Bank.move(Bank.java:31)")
            .waits(32, "transfer-2", "ReentrantLock@1", "1", false, "shop.Bank.move(Bank.java:31)")
            .waits(40, EVIL, "ReentrantLock@1", "1", false, "shop.Web.get(Web.java:9)")
            .waits(41, "http-1", "ReentrantLock@1", "1", false, "shop.Web.get(Web.java:9)")
            .waits(42, "http-2", "ReentrantLock@1", "1", false, "shop.Web.get(Web.java:9)")
            .lock("ReentrantLock@1", 31)
            .lock("ReentrantLock@2", 32)
            .at(millis));
  }

  /** The report of two such dumps, with one complaint about another file. */
  public static Report report() {
    Diagnostician diagnostician = new Diagnostician();
    diagnostician.observe(look(0));
    diagnostician.observe(look(41_000));
    return report(look(41_000), diagnostician.active());
  }

  public static Report report(Observation look, List<Finding> findings) {
    Subject subject =
        new Subject(
            "a b<c>.dump",
            "a b<c>.dump, JDK 25.0.3, 5 threads, 2 dumps within 41.0 s",
            look,
            findings,
            List.of(),
            List.of("virtual threads: `jcmd 1 Thread.dump_to_file -format=json FILE` shows them"),
            List.of("a b<c>.dump:7: <garbage>"),
            1);
    Complaint complaint = new Complaint("cannot read 'x'", "<nothing>", "a file", "ls");
    return new Report(
        "1.0", List.of("deadlock", "long-hold"), List.of(subject), List.of(complaint));
  }

  private static Observation withEvidence(Observation seen) {
    List<ObservedThread> threads = new ArrayList<>();
    for (ObservedThread t : seen.threads()) {
      int line = (int) t.id() * 10;
      threads.add(
          new ObservedThread(
              t.id(),
              t.name(),
              t.virtual(),
              t.state(),
              t.currentWait(),
              t.stack(),
              new Evidence("a b<c>.dump", line, line + 5)));
    }
    return new Observation(
        seen.jvm(),
        seen.time(),
        threads,
        seen.resources(),
        seen.executors(),
        seen.lockActivity(),
        seen.limits());
  }
}
