package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds threads that wait long for a lock which others, who came later, get again and again. */
public final class LockStarvationDetector implements Detector {

  /*
   * In a queue that is served in order nobody who came later gets the lock before me, however long
   * the queue. So whoever holds it now, and neither held it nor waited for it when I stood there
   * already, has overtaken me. Once is what unfair locks are fast for; again and again, while one
   * thread stands in the very same wait, is starvation. A lock's readers are left out where they are
   * known in part only: one that was not seen before need not be new.
   */
  private final Thresholds thresholds;

  public LockStarvationDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "lock-starvation";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource lock = thread.currentWait() == null ? null : look.index().waitedFor(thread);
      if (lock != null && isCounted(lock.kind()) && !look.graph().isStuck(thread.id())) {
        PassedOver passed = PassedOver.of(thread, lock, timeline);
        if (passed.length().compareTo(thresholds.stuckTask()) >= 0
            && passed.times() >= thresholds.overtakings()) {
          findings.add(finding(thread, lock, passed, look));
        }
      }
    }
    return findings;
  }

  private static boolean isCounted(ResourceKind kind) {
    return (kind.isLock() || kind == ResourceKind.SEMAPHORE)
        && kind != ResourceKind.READ_WRITE_LOCK;
  }

  private Finding finding(ObservedThread waiter, Resource lock, PassedOver passed, Look look) {
    String place = Waits.place(waiter, look);
    List<ObservedThread> overtakers =
        look.observation().threads().stream()
            .filter(thread -> passed.by().contains(thread.id()))
            .toList();
    return new Suspicion(
            type(),
            Severity.WARNING,
            look,
            "%s has waited %d s for %s, which others got %d times meanwhile"
                .formatted(
                    Words.name(waiter),
                    passed.length().toSeconds(),
                    Words.label(lock),
                    passed.times()))
        .since(look.observation().time().minus(passed.length()))
        .signedBy(waiter)
        .with(Role.WAITER, waiter)
        .with(Role.HOLDER, overtakers)
        .because("%s stands in the same wait at %s".formatted(Words.name(waiter), place))
        .because(
            "%s held it after that, and neither held it nor waited for it before"
                .formatted(Words.list(overtakers.stream().map(Words::name).toList())))
        .now("slow down those who take it, or let them pause: the first gap ends the wait")
        .cause("they take the lock past its queue: tryLock, tryAcquire, or a lock that is not fair")
        .fix("wait in the queue as the others do, or make the lock fair where it is long held")
        .unseen("takings between two looks: there were more")
        .finding();
  }
}
