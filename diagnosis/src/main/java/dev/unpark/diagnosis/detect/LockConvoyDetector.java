package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
  private static final Set<ResourceKind> LOCKS =
      EnumSet.of(
          ResourceKind.MONITOR,
          ResourceKind.REENTRANT_LOCK,
          ResourceKind.READ_WRITE_LOCK,
          ResourceKind.STAMPED_LOCK);

  private final Thresholds thresholds;

  public LockConvoyDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  /** The waiters of one lock at one look. */
  private record Queue(Resource lock, List<ObservedThread> waiters) {}

  @Override
  public String type() {
    return "lock-convoy";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Trend trend = Trend.of(timeline, thresholds);
    List<Finding> findings = new ArrayList<>();
    if (!trend.isLongEnough()) {
      return findings;
    }
    Map<String, Queue> now = queues(timeline.latest());
    if (now.values().stream().noneMatch(this::isLong)) {
      return findings; // The usual case ends here, before older looks are read again.
    }
    List<Map<String, Queue>> looks =
        trend.looks().stream().map(LockConvoyDetector::queues).toList();
    WaitForGraph graph = timeline.look().graph();
    for (String lock : longInEnoughLooks(looks)) {
      List<Queue> history =
          looks.stream().map(queues -> queues.get(lock)).filter(Objects::nonNull).toList();
      Queue last = history.get(history.size() - 1);
      boolean stuck = last.waiters().stream().anyMatch(waiter -> graph.isStuck(waiter.id()));
      if (!stuck && moves(history, trend) && !place(history).isEmpty()) {
        findings.add(finding(history, trend));
      }
    }
    return findings;
  }

  private static Map<String, Queue> queues(Observation look) {
    ObservationIndex index = new ObservationIndex(look);
    Map<String, Queue> queues = new TreeMap<>();
    for (ObservedThread thread : look.threads()) {
      Resource lock = index.waitedFor(thread);
      if (lock != null && LOCKS.contains(lock.kind())) {
        queues
            .computeIfAbsent(lock.id(), id -> new Queue(lock, new ArrayList<>()))
            .waiters()
            .add(thread);
      }
    }
    return queues;
  }

  private Set<String> longInEnoughLooks(List<Map<String, Queue>> looks) {
    Map<String, Integer> seen = new TreeMap<>();
    for (Map<String, Queue> queues : looks) {
      queues.forEach(
          (lock, queue) -> {
            if (isLong(queue)) {
              seen.merge(lock, 1, Integer::sum);
            }
          });
    }
    seen.values().removeIf(count -> count < thresholds.presence() * looks.size());
    return seen.keySet();
  }

  private boolean isLong(Queue queue) {
    return queue.waiters().size() >= thresholds.convoyWaiters();
  }

  private static boolean moves(List<Queue> history, Trend trend) {
    List<Boolean> moved = new ArrayList<>();
    for (int i = 1; i < history.size(); i++) {
      moved.add(moved(history.get(i - 1), history.get(i)));
    }
    return trend.mostly(moved, Boolean::booleanValue);
  }

  /** Whether the turn of any of those who waited then has come since. */
  private static boolean moved(Queue then, Queue now) {
    Map<Long, ObservedThread> waitersNow = new HashMap<>();
    now.waiters().forEach(waiter -> waitersNow.put(waiter.id(), waiter));
    return then.waiters().stream().anyMatch(waiter -> wentOn(waiter, waitersNow.get(waiter.id())));
  }

  private static boolean wentOn(ObservedThread then, @Nullable ObservedThread now) {
    Wait waitThen = then.currentWait();
    Wait waitNow = now == null ? null : now.currentWait();
    return waitThen != null && (waitNow == null || !waitThen.turn().equals(waitNow.turn()));
  }

  /** Where most of the waiters waited, or empty when no stack was taken of any. */
  private static String place(List<Queue> history) {
    Map<String, Integer> count = new TreeMap<>();
    for (Queue queue : history) {
      for (ObservedThread waiter : queue.waiters()) {
        String frame = Frames.ownFrame(waiter.stack());
        if (!frame.isEmpty()) {
          count.merge(frame, 1, Integer::sum);
        }
      }
    }
    return count.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(history.get(history.size() - 1).lock().site());
  }

  private Finding finding(List<Queue> history, Trend trend) {
    Observation latest = trend.looks().get(trend.looks().size() - 1);
    Queue last = history.get(history.size() - 1);
    Resource lock = last.lock();
    String place = place(history);
    String label = String.join("", Words.labels(List.of(lock)).values());
    double average = history.stream().mapToInt(queue -> queue.waiters().size()).average().orElse(0);
    Set<String> owners = owners(history, trend);
    String name = Words.simpleName(lock.className());
    List<String> explanation = new ArrayList<>();
    explanation.add(
        "%s had %.0f waiters on average, in %d of %d looks over %.1f s"
            .formatted(
                label,
                average,
                history.size(),
                trend.looks().size(),
                trend.span().toMillis() / 1000.0));
    explanation.add("between any two looks some of them had their turn, and the queue stayed");
    if (!owners.isEmpty()) {
      explanation.add("seen as its owner: " + Words.list(List.copyOf(owners)));
    }
    explanation.add("they wait at " + Frames.brief(place));
    List<String> limits = new ArrayList<>();
    limits.add("how long each hold is: a convoy is a trend, never a proof");
    limits.addAll(latest.limits());
    return new Finding(
        Signature.id(type(), List.of(lock.kind().label(), name, Frames.method(place))),
        type(),
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        Severity.WARNING,
        "about %.0f threads at any time queue for %s at %s"
            .formatted(average, label, Frames.brief(place)),
        trend.looks().get(0).time(),
        latest.time(),
        latest.jvm(),
        participants(last, new ObservationIndex(latest)),
        List.of(lock),
        List.of(),
        explanation,
        List.of(
            NextStep.now("send less load here: more threads only make the queue longer"),
            NextStep.cause("all this work passes one lock, one thread at a time"),
            NextStep.fix(
                "do less while holding it, split it by key, or replace it by a concurrent"
                    + " collection or an atomic")),
        limits);
  }

  private static Set<String> owners(List<Queue> history, Trend trend) {
    Set<String> owners = new TreeSet<>();
    String lock = history.get(0).lock().id();
    for (Observation look : trend.looks()) {
      ObservationIndex index = new ObservationIndex(look);
      Resource resource = index.resource(lock);
      if (resource != null) {
        for (long holder : ObservationIndex.holders(resource.release())) {
          ObservedThread owner = index.thread(holder);
          if (owner != null) {
            owners.add(owner.name());
          }
        }
      }
    }
    return owners;
  }

  private static List<Participant> participants(Queue queue, ObservationIndex index) {
    List<Participant> participants = new ArrayList<>();
    for (long holder : ObservationIndex.holders(queue.lock().release())) {
      ObservedThread owner = index.thread(holder);
      if (owner != null) {
        participants.add(
            new Participant(owner, Role.HOLDER, List.of(queue.lock()), index.waitedFor(owner)));
      }
    }
    for (ObservedThread waiter : queue.waiters()) {
      participants.add(new Participant(waiter, Role.WAITER, List.of(), queue.lock()));
    }
    return participants;
  }
}
