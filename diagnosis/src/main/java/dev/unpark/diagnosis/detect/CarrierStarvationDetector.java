package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.List;
import java.util.Map;

/**
 * Finds all carriers held by virtual threads that wait, while other virtual threads could run and
 * have nothing to run on.
 */
public final class CarrierStarvationDetector implements Detector {

  /*
   * A virtual thread that is mounted and waits cannot leave its carrier: it is pinned. When as many
   * are pinned as there are carriers, no other virtual thread runs, and if one of those is to end
   * the waits, they never end. Live it must be so for a second: in a container of one or two
   * processors all carriers are held for a moment now and then.
   */
  private final Thresholds thresholds;

  public CarrierStarvationDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "carrier-starvation";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    Carriers carriers = Carriers.of(timeline, thresholds);
    if (!carriers.starved()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, carriers.pinned());
    long lasting =
        carriers.pinned().stream()
            .filter(
                thread ->
                    Waits.fromDump(thread)
                        || standing.length(thread).compareTo(thresholds.queueWait()) >= 0)
            .count();
    boolean known = carriers.parallelism() != VirtualScheduler.UNKNOWN;
    return lasting == 0 || known && lasting < carriers.parallelism()
        ? List.of()
        : List.of(finding(carriers, look, standing));
  }

  private Finding finding(Carriers carriers, Look look, Standing standing) {
    List<ObservedThread> pinned = carriers.pinned();
    ObservedThread first = pinned.get(0);
    boolean known = carriers.parallelism() != VirtualScheduler.UNKNOWN;
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.CRITICAL,
                look,
                "all %s are held by virtual threads that wait; %s cannot run"
                    .formatted(
                        known ? Words.counted(carriers.parallelism(), "carrier") : "carriers",
                        Words.counted(carriers.waiting(), "virtual thread")))
            .since(standing.since(first))
            .with(Role.MEMBER, pinned);
    for (Map.Entry<String, List<ObservedThread>> place : Waits.byPlace(pinned, look).entrySet()) {
      ObservedThread one = place.getValue().get(0);
      suspicion
          .signedBy(Waits.method(one, look))
          .because(
              "%s: each %s at %s and keeps its carrier, because %s"
                  .formatted(
                      Words.counted(place.getValue().size(), "virtual thread"),
                      Waits.doing(one, look),
                      place.getKey(),
                      carriers.reason(one)));
    }
    if (!known) {
      suspicion.unseen("how many carriers there may be: jcmd PID Thread.vthread_scheduler");
    }
    return suspicion
        .now("restart, with -Djdk.virtualThreadScheduler.parallelism=N raised until it is fixed")
        .cause("a wait is made where a virtual thread cannot leave its carrier")
        .fix(
            "wait outside the synchronized block, the native call or the class initialiser; a"
                + " ReentrantLock lets the carrier go")
        .unseen("whether what they wait for is to be done by a virtual thread: then it never ends")
        .finding();
  }
}
