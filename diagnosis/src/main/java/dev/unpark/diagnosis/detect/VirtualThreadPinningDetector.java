package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds virtual threads that wait and cannot leave their carrier meanwhile. */
public final class VirtualThreadPinningDetector implements Detector {
  private final Thresholds thresholds;

  public VirtualThreadPinningDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "virtual-thread-pinning";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    Carriers carriers = Carriers.of(timeline, thresholds);
    if (carriers.pinned().isEmpty() || carriers.starved()) {
      return List.of(); // Starved carriers are a finding of their own.
    }
    Standing standing = new Standing(timeline, thresholds, carriers.pinned());
    List<ObservedThread> lasting =
        carriers.pinned().stream()
            .filter(
                thread ->
                    Waits.fromDump(thread)
                        || standing.length(thread).compareTo(thresholds.queueWait()) >= 0)
            .toList();
    List<Finding> findings = new ArrayList<>();
    Waits.byPlace(lasting, look)
        .forEach(
            (place, threads) -> findings.add(finding(place, threads, carriers, look, standing)));
    return findings;
  }

  private Finding finding(
      String place, List<ObservedThread> threads, Carriers carriers, Look look, Standing standing) {
    ObservedThread first = threads.get(0);
    int parallelism = carriers.parallelism();
    boolean half = parallelism != VirtualScheduler.UNKNOWN && threads.size() * 2 >= parallelism;
    return new Suspicion(
            type(),
            half || !standing.length(first).isZero() ? Severity.WARNING : Severity.ADVICE,
            look,
            "%s %s at %s and %s"
                .formatted(
                    Words.counted(threads.size(), "virtual thread"),
                    threads.size() == 1 ? "waits" : "wait",
                    place,
                    threads.size() == 1 ? "keeps its carrier" : "keep their carriers"))
        .since(standing.since(first))
        .signedBy(Waits.method(first, look))
        .with(Role.MEMBER, threads)
        .because(
            "%s %s at %s"
                .formatted(
                    Words.list(threads.stream().map(Words::name).toList()),
                    Waits.doing(first, look),
                    place))
        .because(
            (threads.size() == 1 ? "it cannot leave its carrier: " : "they cannot leave: ")
                + carriers.reason(first))
        .because(
            parallelism == VirtualScheduler.UNKNOWN
                ? "each carrier that is held so runs no other virtual thread"
                : "%d of %s are held so"
                    .formatted(carriers.pinned().size(), Words.counted(parallelism, "carrier")))
        .now("see how many carriers are held: when all are, no virtual thread runs any more")
        .cause("a wait is made where a virtual thread cannot leave its carrier: " + place)
        .fix(
            "wait outside the synchronized block, the native call or the class initialiser; a"
                + " ReentrantLock lets the carrier go")
        .unseen("how often and how long: jcmd PID JFR.start, event jdk.VirtualThreadPinned")
        .finding();
  }
}
