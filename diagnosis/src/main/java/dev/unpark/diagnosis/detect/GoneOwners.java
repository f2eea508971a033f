package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Locks that their owner took with it: it has ended, or is back for more work. */
final class GoneOwners {

  /*
   * Only its owner can give such a lock back. An owner that has ended never will, so the same lock
   * behind the same ended owner at two looks, between which the waiter stood still, is proof. An
   * owner that waits for its next task might find the unlocking in it, which nobody writes on
   * purpose: that is told when it has stood for as long as a trend.
   */
  private final Timeline timeline;
  private final Thresholds thresholds;
  private final Look look;
  private @Nullable Queues queues;

  private GoneOwners(Timeline timeline, Thresholds thresholds) {
    this.timeline = timeline;
    this.thresholds = thresholds;
    this.look = timeline.look();
  }

  /** One finding for each such lock. */
  static List<Finding> examine(String type, Timeline timeline, Thresholds thresholds) {
    return new GoneOwners(timeline, thresholds).findings(type);
  }

  private List<Finding> findings(String type) {
    Map<String, Optional<ObservedThread>> gone = new HashMap<>();
    Map<String, List<ObservedThread>> waiters = new LinkedHashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      Wait wait = thread.currentWait();
      Resource resource = wait == null || wait.timed() ? null : look.index().waitedFor(thread);
      if (resource != null
          && WaitForGraph.isOwned(resource.kind())
          && resource.release() instanceof Release.AllOf
          && !thread.stack().isEmpty()
          && gone.computeIfAbsent(resource.id(), id -> goneOwner(resource)).isPresent()) {
        waiters.computeIfAbsent(resource.id(), lock -> new ArrayList<>()).add(thread);
      }
    }
    List<Finding> findings = new ArrayList<>();
    waiters.forEach(
        (id, waiting) -> {
          Resource lock = Objects.requireNonNull(look.index().resource(id));
          ObservedThread owner = gone.getOrDefault(id, Optional.empty()).orElseThrow();
          Stance standing = Stance.of(waiting, timeline);
          boolean ended = owner.state() == ThreadState.TERMINATED;
          boolean told =
              stoodBehind(lock, owner, waiting) && (ended || standing.isTold(timeline, thresholds));
          if (told) {
            findings.add(finding(type, lock, owner, waiting, standing));
          }
        });
    return findings;
  }

  private Optional<ObservedThread> goneOwner(Resource lock) {
    return owners(lock).stream().filter(this::isGone).findFirst();
  }

  private List<ObservedThread> owners(Resource lock) {
    List<ObservedThread> owners = new ArrayList<>();
    for (long id : ObservationIndex.holders(lock.release())) {
      ObservedThread owner = look.index().thread(id);
      if (owner != null) {
        owners.add(owner);
      }
    }
    return owners;
  }

  private boolean isGone(ObservedThread owner) {
    StackFacts facts = look.facts(owner);
    return owner.state() == ThreadState.TERMINATED || facts.has(StackTag.WORKER) && facts.isIdle();
  }

  /**
   * Whether the look before shows a waiter in the same wait, behind the same owner as it is now.
   */
  private boolean stoodBehind(Resource lock, ObservedThread owner, List<ObservedThread> waiting) {
    Look before = timeline.previous().orElse(null);
    if (before == null) {
      return false;
    }
    ObservedThread then = before.index().thread(owner.id());
    Resource earlier = before.index().resource(lock.id());
    return then != null
        && earlier != null
        && then.state() == owner.state()
        && ObservationIndex.holders(earlier.release()).contains(owner.id())
        && waiting.stream().anyMatch(t -> stillWaits(t, lock, before));
  }

  private static boolean stillWaits(ObservedThread thread, Resource lock, Look before) {
    ObservedThread then = before.index().thread(thread.id());
    Wait now = thread.currentWait();
    Wait earlier = then == null ? null : then.currentWait();
    return now != null
        && earlier != null
        && now.resource().equals(lock.id())
        && earlier.isStill(now);
  }

  private Queues queues() {
    if (queues == null) {
      queues = new Queues(look);
    }
    return queues;
  }

  private Finding finding(
      String type,
      Resource lock,
      ObservedThread owner,
      List<ObservedThread> waiting,
      Stance standing) {
    boolean ended = owner.state() == ThreadState.TERMINATED;
    String label = Words.label(lock);
    List<String> places = waiting.stream().map(Words::place).distinct().toList();
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.CRITICAL,
            look,
            ended
                ? "%s ended with %s in its hand, for which %s"
                    .formatted(Words.name(owner), label, waits(waiting))
                : "%s is back for more work with %s in its hand, for which %s"
                    .formatted(Words.name(owner), label, waits(waiting)));
    suspicion.with(Role.HOLDER, owner);
    for (ObservedThread waiter : waiting) {
      suspicion.with(Role.MEMBER, waiter).signedBy(waiter);
    }
    Map<Long, ObservedThread> behind = new LinkedHashMap<>();
    waiting.forEach(waiter -> behind.put(waiter.id(), waiter));
    queues().addAllBehind(behind);
    waiting.forEach(waiter -> behind.remove(waiter.id()));
    suspicion.with(Role.VICTIM, List.copyOf(behind.values()));
    suspicion
        .because(
            "%s for %s, at %s"
                .formatted(
                    Words.list(waiting.stream().map(Words::name).toList())
                        + (waiting.size() == 1 ? " waits" : " wait"),
                    label,
                    Words.list(places)))
        .because(
            ended
                ? "%s owns it, and has ended; only an owner can give such a lock back"
                    .formatted(Words.name(owner))
                : "%s owns it, and waits for its next task".formatted(Words.name(owner)));
    if (!behind.isEmpty()) {
      suspicion.because("behind them: " + Words.kinds(List.copyOf(behind.values())));
    }
    if (!ended) {
      suspicion.unseen("whether its next task gives the lock back");
    }
    Finding finding =
        suspicion
            .now("restart this instance: nothing inside the JVM can give this lock back")
            .cause(
                "%s took the lock and left by a way on which it is not given back, most often an"
                        .formatted(Words.name(owner))
                    + " exception: look where these methods lock: "
                    + Words.list(places))
            .fix("give the lock back in a finally that begins right after it was taken")
            .since(standing.since())
            .finding();
    return ended
        ? finding.with(finding.id(), finding.state(), Certainty.PROVEN, finding.since())
        : finding;
  }

  private static String waits(List<ObservedThread> waiting) {
    return Words.counted(waiting.size(), "thread") + (waiting.size() == 1 ? " waits" : " wait");
  }
}
