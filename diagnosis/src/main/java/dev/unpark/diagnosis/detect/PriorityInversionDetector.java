package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds threads that wait for a lock whose owner was given a lower priority than theirs. */
public final class PriorityInversionDetector implements Detector {

  /*
   * One step of difference is what toolkits give their threads by habit; two or more were meant.
   * The JVM's own threads of high priority wait for the application now and then, that is another
   * finding's affair.
   */
  private static final int MEANT = 2;

  /** Waiters more than these tell nothing new. */
  private static final int MOST_TOLD = 12;

  private final Thresholds thresholds;

  public PriorityInversionDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "priority-inversion";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    Map<LockQueue, List<ObservedThread>> urgentIn = new LinkedHashMap<>();
    for (LockQueue queue : LockQueue.of(look.observation(), look.index()).values()) {
      List<ObservedThread> urgent = urgent(queue, look);
      if (!urgent.isEmpty() && !queue.isStuck(look.graph())) {
        urgentIn.put(queue, urgent);
      }
    }
    if (urgentIn.isEmpty()) {
      return List.of();
    }
    List<ObservedThread> all = urgentIn.values().stream().flatMap(List::stream).toList();
    Standing standing = new Standing(timeline, thresholds, all);
    List<Finding> findings = new ArrayList<>();
    urgentIn.forEach(
        (queue, urgent) -> {
          boolean stands =
              urgent.stream()
                  .anyMatch(each -> standing.length(each).compareTo(thresholds.queueWait()) >= 0);
          if (stands || Waits.fromDump(urgent.get(0))) {
            findings.add(finding(queue, urgent, stands, look, standing));
          }
        });
    return findings;
  }

  private static List<ObservedThread> urgent(LockQueue queue, Look look) {
    if (queue.owners().size() != 1) {
      return List.of();
    }
    int owners = queue.owners().get(0).traits().priority();
    return queue.waiters().stream()
        .filter(waiter -> owners > 0 && waiter.traits().priority() >= owners + MEANT)
        .filter(waiter -> !look.facts(waiter).has(StackTag.REFERENCES))
        .toList();
  }

  private Finding finding(
      LockQueue queue, List<ObservedThread> urgent, boolean stands, Look look, Standing standing) {
    ObservedThread owner = queue.owners().get(0);
    ObservedThread first = urgent.get(0);
    String lock = Words.label(queue.lock());
    boolean ownerRuns = !Waits.waits(owner, look);
    Suspicion suspicion =
        new Suspicion(
                type(),
                stands && ownerRuns ? Severity.WARNING : Severity.ADVICE,
                look,
                "%s of priority %d waits for %s of priority %d"
                    .formatted(
                        Words.name(first),
                        first.traits().priority(),
                        Words.name(owner),
                        owner.traits().priority()))
            .since(standing.since(first))
            .signedBy(queue.lock().className())
            .signedBy(Frames.namePattern(first.name()))
            .signedBy(Waits.method(first, look))
            .with(Role.HOLDER, owner)
            .with(Role.WAITER, urgent);
    for (ObservedThread waiter : urgent.subList(0, Math.min(MOST_TOLD, urgent.size()))) {
      suspicion.because(
          "%s, priority %d, waits for %s at %s"
              .formatted(
                  Words.name(waiter), waiter.traits().priority(), lock, Waits.place(waiter, look)));
    }
    suspicion
        .because(
            "%s, priority %d, holds it and stands at %s"
                .formatted(Words.name(owner), owner.traits().priority(), Waits.place(owner, look)))
        .now("see whether processors are short: only then does a low priority hold anybody up")
        .cause("urgent and background work share one lock")
        .fix(
            "give the background work its own copy or lock, or the same priority as those who wait")
        .unseen(
            "whether the system heeds priorities: most do not unless the JVM runs with"
                + " -XX:ThreadPriorityPolicy=1");
    if (!ownerRuns) {
      suspicion.unseen(
          "what ends the owner's own wait: it needs no processor now, so its priority is not to"
              + " blame yet");
    }
    if (!stands) {
      suspicion.unseen("whether the wait stands: take two more dumps, some seconds apart");
    }
    return suspicion.finding();
  }
}
