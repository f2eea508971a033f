package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds pools of connections or permits that nothing comes back to: whoever has one waits for one
 * more, or never returns it.
 */
public final class ResourcePoolStarvationDetector implements Detector {

  /*
   * Those who ask show in their stacks; those who have show in the driver, or in the code that asked.
   * Nobody in either means that every connection is lent to one who asks for another, or was never
   * given back. Permits are a pool as well; but a semaphore may be a mere signal, so where no holder
   * stands still in the code that asks, and no task waits, this is no more than advice.
   */

  /** What is lent and given back. */
  static final Set<ResourceKind> LENT =
      EnumSet.of(ResourceKind.SEMAPHORE, ResourceKind.CONNECTION_POOL);

  private static final int WAITERS = 2;

  private static final String FIX =
      "hand the one that is held down to the inner call, and give it back in finally; where two are"
          + " needed, size the pool as threads times (needed - 1) + 1";

  private final Thresholds thresholds;

  public ResourcePoolStarvationDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "resource-pool-starvation";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (StuckThreads stuck : StuckThreads.believed(timeline, thresholds)) {
      if (!stuck.throughPool() && stuck.waitsFor(LENT)) {
        findings.add(believed(stuck));
      }
    }
    for (BorrowQueue queue : BorrowQueue.of(timeline.look())) {
      if (queue.waiters().size() >= WAITERS && queue.inside().isEmpty() && queue.busy().isEmpty()) {
        Stance standing = Stance.of(queue.waiters(), timeline);
        if (standing.isTold(timeline, thresholds)) {
          findings.add(nobodyInside(queue, standing, timeline));
        }
      }
    }
    findings.addAll(ofPermits(timeline));
    return findings;
  }

  private List<Finding> ofPermits(Timeline timeline) {
    List<Permits> standing = new ArrayList<>();
    for (List<ObservedThread> waiters : permitQueues(timeline.look())) {
      if (waiters.size() >= WAITERS) {
        Stance stance = Stance.of(waiters, timeline);
        if (stance.isTold(timeline, thresholds)) {
          standing.add(new Permits(waiters, stance));
        }
      }
    }
    if (standing.isEmpty()) {
      return List.of();
    }
    Look look = timeline.look();
    boolean anyWorks =
        look.observation().threads().stream().anyMatch(t -> Activity.of(t, look) == Activity.WORKS);
    Map<String, List<ObservedThread>> byMethod = byMethod(look);
    List<Finding> findings = new ArrayList<>();
    for (Permits permits : standing) {
      List<ObservedThread> holders = holders(permits.waiters(), byMethod);
      if (holders.isEmpty() ? !anyWorks : holders.stream().noneMatch(t -> isBusy(t, look))) {
        findings.add(permits(permits.waiters(), holders, permits.stance(), timeline));
      }
    }
    return findings;
  }

  /** Those who wait for permits of one semaphore, and how long they have stood. */
  private record Permits(List<ObservedThread> waiters, Stance stance) {}

  private Finding believed(StuckThreads stuck) {
    List<String> names = stuck.members().stream().map(Words::name).toList();
    List<String> places = stuck.members().stream().map(Words::place).distinct().toList();
    return stuck.finding(
        type(),
        Words.list(names)
            + (names.size() == 1 ? " has" : " have")
            + " what "
            + (names.size() == 1 ? "it waits" : "they wait")
            + " for one more of",
        DeadlockDetector.chain(stuck),
        nextSteps("takes a second one while it has the first: " + Words.list(places)));
  }

  private Finding nobodyInside(BorrowQueue queue, Stance standing, Timeline timeline) {
    Suspicion suspicion =
        new Suspicion(
            type(),
            Severity.CRITICAL,
            timeline.look(),
            "%s wait for connections that nobody uses"
                .formatted(Words.counted(queue.waiters().size(), "thread")));
    queue.waiters().forEach(t -> suspicion.with(Role.MEMBER, t).signedBy(t));
    String places = Words.list(queue.places());
    suspicion
        .because(
            "%s wait for a connection of %s, at %s"
                .formatted(Words.kinds(queue.waiters()), queue.library(), places))
        .because("no thread is inside a driver, and none does anything else in the code that asks")
        .unseen(
            "who has the connections: a dump does not tell; the pool's leak detection does (HikariCP:"
                + " leakDetectionThreshold, DBCP: removeAbandonedTimeout, logAbandoned)");
    suspicion
        .unseen("whether the pool can make connections at all: see in its log if they are refused")
        .now(
            "ask whether the peer can be reached; if it can, restart this instance, or evict the"
                + " pool's connections if it can")
        .cause(
            "takes a second connection while it has one, or never closes one, or the pool gets none: "
                + places)
        .fix(FIX);
    return suspicion.since(standing.since()).finding();
  }

  private static List<NextStep> nextSteps(String cause) {
    return List.of(
        NextStep.now("restart this instance, or evict the pool's connections if it can"),
        NextStep.cause(cause),
        NextStep.fix(FIX));
  }

  /** The waiters of each semaphore of which nobody knows who has permits. */
  private static List<List<ObservedThread>> permitQueues(Look look) {
    Map<String, List<ObservedThread>> queues = new LinkedHashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = look.index().waitedFor(thread);
      if (resource != null
          && resource.kind() == ResourceKind.SEMAPHORE
          && resource.release() instanceof Release.Unknown
          && !look.facts(thread).isIdle()) {
        queues.computeIfAbsent(resource.id(), id -> new ArrayList<>()).add(thread);
      }
    }
    return List.copyOf(queues.values());
  }

  /** The threads that have come by each method of the user's own. */
  private static Map<String, List<ObservedThread>> byMethod(Look look) {
    Map<String, List<ObservedThread>> byMethod = new HashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      for (String method : look.facts(thread).ownMethods()) {
        byMethod.computeIfAbsent(method, each -> new ArrayList<>()).add(thread);
      }
    }
    return byMethod;
  }

  /** Threads that have come by the method that asks, and stand elsewhere now. */
  private static List<ObservedThread> holders(
      List<ObservedThread> waiters, Map<String, List<ObservedThread>> byMethod) {
    Set<Long> waiting = new HashSet<>();
    Set<String> askers = new TreeSet<>();
    for (ObservedThread waiter : waiters) {
      waiting.add(waiter.id());
      askers.add(Frames.method(Frames.ownFrame(waiter.stack())));
    }
    Map<Long, ObservedThread> holders = new LinkedHashMap<>();
    for (String asker : askers) {
      for (ObservedThread thread : byMethod.getOrDefault(asker, List.of())) {
        if (!waiting.contains(thread.id())) {
          holders.put(thread.id(), thread);
        }
      }
    }
    return List.copyOf(holders.values());
  }

  /** Idle threads do not wait for permits in a task, or with a lock in their hands. */
  private static boolean isWork(List<ObservedThread> waiters, Look look) {
    return waiters.stream()
        .anyMatch(t -> look.facts(t).runsTask() || !look.index().heldBy(t.id()).isEmpty());
  }

  /** Computes, and so gives it back presently. */
  private static boolean isBusy(ObservedThread thread, Look look) {
    return Activity.of(thread, look) == Activity.WORKS
        && !look.facts(thread).isRemoteCall()
        && !look.facts(thread).isIn(StackTag.BLOCKING_IO);
  }

  private Finding permits(
      List<ObservedThread> waiters,
      List<ObservedThread> holders,
      Stance standing,
      Timeline timeline) {
    ObservationIndex index = timeline.look().index();
    boolean pool = !holders.isEmpty() || isWork(waiters, timeline.look());
    Suspicion suspicion =
        new Suspicion(
            type(),
            pool ? Severity.WARNING : Severity.ADVICE,
            timeline.look(),
            holders.isEmpty()
                ? "%s wait for permits that nobody can give back"
                    .formatted(Words.counted(waiters.size(), "thread"))
                : "%s wait for permits, which %s may hold"
                    .formatted(
                        Words.counted(waiters.size(), "thread"),
                        Words.list(holders.stream().map(Words::name).toList())));
    holders.forEach(t -> suspicion.with(Role.HOLDER, t).signedBy(t));
    waiters.forEach(t -> suspicion.with(Role.WAITER, t).signedBy(t));
    String places = Words.list(waiters.stream().map(Words::place).distinct().toList());
    suspicion.because("%s wait for a permit, at %s".formatted(Words.kinds(waiters), places));
    suspicion.because(
        holders.isEmpty()
            ? "no thread works that could give one back"
            : "%s stand beyond the same line, and so may have them, at %s"
                .formatted(
                    Words.kinds(holders),
                    Words.list(holders.stream().map(Words::place).distinct().toList())));
    suspicion.unseen("who has the permits: a semaphore does not know, the agent does");
    if (!pool) {
      suspicion.unseen("whether the permits are mere signals for which these threads wait idly");
    }
    nextSteps(
            holders.isEmpty()
                ? "takes a second permit while it has one, or never releases one: " + places
                : "a permit is held during slow work: "
                    + Words.list(holders.stream().map(Words::place).distinct().toList()))
        .forEach(suspicion::then);
    return suspicion.since(standing.since()).finding();
  }
}
