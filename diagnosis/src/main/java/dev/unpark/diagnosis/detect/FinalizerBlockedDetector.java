package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the threads that run finalizers and cleaners, or feed those, waiting in somebody's code: no
 * other finalizer or cleaner runs until that ends, and memory grows.
 */
public final class FinalizerBlockedDetector implements Detector {

  /*
   * These threads have next to nothing to do, so to meet one at all in a finalizer that waits is
   * rare enough to be told. One that runs there may be done the next moment and must be met twice.
   */
  private final Thresholds thresholds;

  public FinalizerBlockedDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "finalizer-blocked";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<ObservedThread> working =
        look.threadsWith(StackTag.REFERENCES).stream()
            .filter(thread -> !look.facts(thread).isIdle())
            .toList();
    if (working.isEmpty()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, working);
    List<Finding> findings = new ArrayList<>();
    for (ObservedThread thread : working) {
      boolean caughtWaiting =
          Waits.fromDump(thread) && look.facts(thread).hasOwnCode() && Waits.waits(thread, look);
      boolean stands = standing.length(thread).compareTo(thresholds.queueWait()) >= 0;
      if (caughtWaiting || stands) {
        findings.add(finding(thread, look, standing, stands));
      }
    }
    return findings;
  }

  private Finding finding(ObservedThread thread, Look look, Standing standing, boolean stands) {
    String place = Waits.place(thread, look);
    String does = Waits.waits(thread, look) ? Waits.doing(thread, look) : "runs";
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s %s at %s".formatted(Words.name(thread), does, place))
            .since(standing.since(thread))
            .signedBy(thread.name())
            .signedBy(Waits.method(thread, look))
            .with(Role.MEMBER, thread)
            .because(
                "%s is the only thread that does its work, and it %s at %s"
                    .formatted(Words.name(thread), does, place));
    ObservedThread owner = Waits.owner(look.index().waitedFor(thread), look);
    if (owner != null) {
      suspicion
          .with(Role.HOLDER, owner)
          .because(
              "%s holds what it waits for, at %s"
                  .formatted(Words.name(owner), Waits.place(owner, look)));
    }
    suspicion
        .because("until then nothing else is finalized or cleaned, and what waits for that is kept")
        .now("watch the heap: it grows until this thread goes on")
        .cause("a finalizer or cleaner does something that can wait: " + place)
        .fix("close such resources explicitly; a cleaner only frees, and takes no lock")
        .unseen("how many objects wait to be finalized: jcmd PID GC.finalizer_info");
    if (!stands) {
      suspicion.unseen("whether it goes on: take two more dumps, some seconds apart");
    }
    return suspicion.finding();
  }
}
