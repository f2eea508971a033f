package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells of pools whose workers wait for what no thread does.
 *
 * @param look the look that shows them
 * @param caught who waits for a result, or behind somebody who does
 */
record UnservedFindings(Look look, Map<Long, ObservedThread> caught) {

  Finding starvation(String type, List<WorkPool> starved, Stance standing) {
    Suspicion suspicion = new Suspicion(type, Severity.CRITICAL, look, headline(starved));
    Map<String, List<String>> byPlace = new TreeMap<>();
    Set<Long> workers = new HashSet<>();
    for (WorkPool pool : starved) {
      for (ObservedThread worker : pool.workers()) {
        workers.add(worker.id());
        suspicion.with(Role.MEMBER, worker).signedBy(worker);
        String place = what(worker) + " at " + Words.place(worker);
        byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(Words.name(worker));
      }
      if (pool.executor() != null) {
        suspicion.about(pool.executor());
      }
    }
    Set<Long> holders = new HashSet<>();
    starved.forEach(pool -> pool.workers().forEach(worker -> holders.addAll(holders(worker))));
    for (ObservedThread thread : caught.values()) {
      if (!workers.contains(thread.id())) {
        suspicion.with(holders.contains(thread.id()) ? Role.HOLDER : Role.VICTIM, thread);
      }
    }
    byPlace.forEach(
        (place, names) ->
            suspicion.because(
                Words.list(names) + (names.size() == 1 ? " waits for " : " wait for ") + place));
    suspicion.because("no thread of this JVM does what they wait for");
    boolean queuesKnown = starved.stream().allMatch(pool -> pool.executor() != null);
    if (queuesKnown) {
      for (WorkPool pool : starved) {
        int queued = Objects.requireNonNull(pool.executor()).queued();
        suspicion.because(
            "%s: %s queued, no worker is free"
                .formatted(pool.label(), Words.counted(queued, "task")));
      }
      suspicion.unseen(
          "whether what they wait for is among the queued tasks, or comes from outside this JVM");
    } else {
      suspicion.because("every other pool is idle, so what they wait for is queued in their own");
      suspicion.unseen("the queues: a dump does not hold them; the agent does, and can prove this");
    }
    if (starved.stream().flatMap(p -> p.workers().stream()).anyMatch(this::waitsForFuture)) {
      suspicion.unseen(Words.FROM_OUTSIDE);
    }
    if (standing.looks() < 2) {
      suspicion.unseen(
          "whether they were woken just now: a second dump, some seconds later, tells");
    }
    List<String> places =
        starved.stream()
            .flatMap(pool -> pool.workers().stream())
            .map(Words::place)
            .distinct()
            .toList();
    return suspicion
        .now("restart this instance; what is queued in the pool will be lost")
        .cause("waits for work of the pool that it runs in: " + Words.list(places))
        .fix("run the inner work directly, or give it a pool of its own")
        .since(standing.since())
        .finding();
  }

  private Set<Long> holders(ObservedThread worker) {
    Resource resource = Objects.requireNonNull(look.index().waitedFor(worker));
    return ObservationIndex.holders(resource.release());
  }

  private static String headline(List<WorkPool> starved) {
    int workers = starved.stream().mapToInt(pool -> pool.workers().size()).sum();
    String pools = Words.list(starved.stream().map(WorkPool::label).toList());
    return workers == 1
        ? "the only worker of " + pools + " waits for what no thread does"
        : "all %d workers of %s wait for tasks that no thread runs".formatted(workers, pools);
  }

  Finding orphans(
      String type, List<WorkPool> pools, List<ObservedThread> workers, Stance standing) {
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.WARNING,
            look,
            "%s of %s wait for results that no thread works on"
                .formatted(
                    Words.counted(workers.size(), "worker"),
                    Words.list(pools.stream().map(WorkPool::label).toList())));
    Map<String, Integer> byPlace = new TreeMap<>();
    for (ObservedThread worker : workers) {
      suspicion.with(Role.MEMBER, worker).signedBy(worker);
      byPlace.merge(what(worker) + " at " + Words.place(worker), 1, Integer::sum);
    }
    byPlace.forEach(
        (place, count) ->
            suspicion.because(
                Words.counted(count, "worker")
                    + (count == 1 ? " waits for " : " wait for ")
                    + place));
    for (WorkPool pool : pools) {
      suspicion.because(
          "%s has %s, so it is not in its queue that the work stands"
              .formatted(pool.label(), Words.counted(pool.idle(), "idle worker")));
    }
    suspicion.because("no thread of this JVM does what they wait for");
    if (workers.stream().anyMatch(this::waitsForFuture)) {
      suspicion.unseen(Words.FROM_OUTSIDE);
    }
    List<String> places = workers.stream().map(Words::place).distinct().toList();
    return suspicion
        .unseen("whether an answer from outside this JVM, or a timer, is to end these waits")
        .now("find out what was to complete them; until then these threads are lost")
        .cause(
            "waits without a timeout for a result whose work was dropped, rejected in silence,"
                + " or died: "
                + Words.list(places))
        .fix(
            "wait with a timeout, and complete the result exceptionally wherever its work can"
                + " end")
        .since(standing.since())
        .finding();
  }

  /** {@code a FutureTask}; or a lock, and what its owner waits for in its turn. */
  private String what(ObservedThread worker) {
    Resource resource = Objects.requireNonNull(look.index().waitedFor(worker));
    ObservedThread owner = Waits.owner(resource, look);
    if (owner == null) {
      return "a " + Words.simpleName(resource.className());
    }
    Resource ownersWait = look.index().waitedFor(owner);
    return "%s, held by %s%s"
        .formatted(
            Words.label(resource),
            Words.name(owner),
            ownersWait == null
                ? ""
                : ", which waits for %s at %s,"
                    .formatted(Words.label(ownersWait), Words.place(owner)));
  }

  private boolean waitsForFuture(ObservedThread thread) {
    return Objects.requireNonNull(look.index().waitedFor(thread)).kind() == ResourceKind.FUTURE;
  }
}
