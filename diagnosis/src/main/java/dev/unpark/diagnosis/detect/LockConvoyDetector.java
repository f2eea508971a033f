package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds locks with a standing queue that is handed from waiter to waiter: every hold is short, yet
 * the threads pass only one at a time.
 */
public final class LockConvoyDetector implements Detector {

  /*
   * A standing queue alone is also what one long hold looks like. What makes a convoy is that the
   * queue moves: between any two looks somebody's turn came, and the queue is as long as before.
   * Threads that never move belong to a deadlock or to a long hold.
   */
  private final Thresholds thresholds;

  public LockConvoyDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "lock-convoy";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Trend trend = Trend.of(timeline, thresholds);
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    List<LockQueue> candidates =
        LockQueue.of(look.observation(), look.index()).values().stream()
            .filter(this::isLong)
            .toList();
    if (candidates.isEmpty() || !trend.isLongEnough()) {
      return findings; // The usual case ends here, before older looks are read again.
    }
    List<Map<String, LockQueue>> queues = LockQueue.ofEach(trend.looks(), timeline);
    WaitForGraph graph = look.graph();
    for (LockQueue candidate : candidates) {
      List<LockQueue> history =
          queues.stream()
              .map(of -> of.get(candidate.lock().id()))
              .filter(Objects::nonNull)
              .toList();
      if (trend.mostlyOf(queues.size(), history.stream().filter(this::isLong).count())
          && !candidate.isStuck(graph)
          && moves(history, trend)
          && !LockQueue.place(history).isEmpty()) {
        findings.add(finding(candidate, history, trend, look));
      }
    }
    return findings;
  }

  private boolean isLong(LockQueue queue) {
    return queue.waiters().size() >= thresholds.standingWaiters();
  }

  private static boolean moves(List<LockQueue> history, Trend trend) {
    int moved = 0;
    for (int i = 1; i < history.size(); i++) {
      if (history.get(i - 1).movedUntil(history.get(i))) {
        moved++;
      }
    }
    return trend.mostlyOf(history.size() - 1, moved);
  }

  private Finding finding(LockQueue last, List<LockQueue> history, Trend trend, Look look) {
    Resource lock = last.lock();
    String place = LockQueue.place(history);
    String label = Words.label(lock);
    double average = history.stream().mapToInt(queue -> queue.waiters().size()).average().orElse(0);
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "about %.0f threads at any time queue for %s at %s"
                    .formatted(average, label, Frames.brief(place)))
            .since(trend.looks().get(0).time())
            .signedBy(lock.kind().label())
            .signedBy(lock.className())
            .signedBy(Frames.method(place))
            .with(Role.HOLDER, last.owners())
            .with(Role.WAITER, last.waiters())
            .because(
                "%s had %.0f waiters on average, in %d of %d looks over %.1f s"
                    .formatted(
                        label,
                        average,
                        history.size(),
                        trend.looks().size(),
                        trend.span().toMillis() / 1000.0))
            .because("between any two looks some of them had their turn, and the queue stayed");
    List<String> owners =
        history.stream()
            .flatMap(queue -> queue.owners().stream())
            .map(Words::name)
            .distinct()
            .sorted()
            .toList();
    if (!owners.isEmpty()) {
      suspicion.because("seen as its owner: " + Words.list(owners));
    }
    return suspicion
        .because("they wait at " + Frames.brief(place))
        .now("send less load here: more threads only make the queue longer")
        .cause("all this work passes one lock, one thread at a time")
        .fix(
            "do less while holding it, split it by key, or replace it by a concurrent"
                + " collection or an atomic")
        .unseen("how long each hold is: a convoy is a trend, never a proof")
        .finding();
  }
}
