package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds locks for which threads wait long, while others, who came later, get them again and again.
 */
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
    List<ObservedThread> waiters = new ArrayList<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource lock = look.index().waitedFor(thread);
      if (lock != null && isCounted(lock.kind()) && !look.graph().isStuck(thread.id())) {
        waiters.add(thread);
      }
    }
    Map<Resource, List<PassedOver>> starved = new LinkedHashMap<>();
    for (PassedOver passed : PassedOver.of(waiters, thresholds.stuckTask(), timeline)) {
      Resource lock = look.index().waitedFor(passed.waiter());
      if (lock != null && passed.times() >= thresholds.overtakings()) {
        starved.computeIfAbsent(lock, each -> new ArrayList<>()).add(passed);
      }
    }
    List<Finding> findings = new ArrayList<>();
    starved.forEach((lock, passed) -> findings.add(finding(lock, passed, look)));
    return findings;
  }

  private static boolean isCounted(ResourceKind kind) {
    return (kind.isLock() || kind == ResourceKind.SEMAPHORE)
        && kind != ResourceKind.READ_WRITE_LOCK;
  }

  private Finding finding(Resource lock, List<PassedOver> starved, Look look) {
    PassedOver worst = Collections.max(starved, Comparator.comparingInt(PassedOver::times));
    Duration length = worst.length(look.observation().time());
    List<ObservedThread> waiters = starved.stream().map(PassedOver::waiter).toList();
    List<String> names = waiters.stream().map(Words::name).toList();
    String place = Waits.place(worst.waiter(), look);
    List<ObservedThread> overtakers =
        worst.by().stream().map(look.index()::thread).filter(Objects::nonNull).toList();
    return new Suspicion(
            type(),
            Severity.WARNING,
            look,
            "%s %s waited %d s for %s, which others got %d times meanwhile"
                .formatted(
                    Words.list(names),
                    names.size() == 1 ? "has" : "have",
                    length.toSeconds(),
                    Words.label(lock),
                    worst.times()))
        .since(look.observation().time().minus(length))
        .signedBy(lock.kind().label())
        .signedBy(lock.className())
        .signedBy(Frames.method(place))
        .with(Role.HOLDER, overtakers)
        .with(Role.WAITER, waiters)
        .because(
            "%s %s in the same wait at %s"
                .formatted(Words.list(names), names.size() == 1 ? "stands" : "stand", place))
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
