package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out who owns the monitors that virtual threads wait for, or own.
 *
 * <p>For platform threads the JVM names the owner at once. For virtual ones it names the monitors
 * of one thread at a time (JDK 25), so the owner is found by asking those who might be: the threads
 * that wait themselves. An owner that runs is not found; its monitor stays of unknown release, and
 * nobody is called stuck behind it.
 *
 * <p>No counter tells whether a virtual thread has gone on between two looks. Its stack and its
 * monitors stand in for one, and all of them are collected twice over: A, B, then A, B again. Only
 * a thread that is the same both times gets a turn at all. If A stood still from its first to its
 * second collection, and B too, and these spans overlap, then both stood still at one moment.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> at most {@value
 * #MOST_SNAPSHOTS} threads are asked per look; {@link #limited} says whether there were more.
 */
final class MonitorRounds {
  private static final int MOST_SNAPSHOTS = 256;

  /** Threads that had no turn at the look before; a snapshot costs too much for others. */
  private Set<Thread> blockedBefore = Set.of();

  private boolean limited;

  /** Whether the last look left some of them out. */
  boolean limited() {
    return limited;
  }

  /** Puts blocked virtual threads into the scene, and owners of monitors into its resources. */
  void look(List<Thread> blocked, Scene scene) {
    List<Thread> candidates = new ArrayList<>();
    Set<Thread> blockedNow = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Thread> unaccounted = new ArrayList<>(blocked);
    for (Seen seen : scene.threads()) {
      if (seen.virtual && seen.turn.isEmpty() && Scene.isResolved(scene.waitedFor(seen))) {
        unaccounted.add(seen.thread);
      }
    }
    for (Thread thread : unaccounted) {
      blockedNow.add(thread);
      if (blockedBefore.contains(thread)) {
        candidates.add(thread);
      }
    }
    blockedBefore = blockedNow;
    limited = false;
    if (!Snapshot.available() || candidates.isEmpty()) {
      return;
    }
    for (Seen seen : scene.threads()) {
      boolean asked = seen.virtual && seen.turn.isEmpty();
      if (!asked && Scene.isResolved(scene.waitedFor(seen))) {
        candidates.add(seen.thread);
      }
    }
    limited = candidates.size() > MOST_SNAPSHOTS;
    collect(candidates.subList(0, Math.min(candidates.size(), MOST_SNAPSHOTS)), scene);
  }

  private static void collect(List<Thread> candidates, Scene scene) {
    Map<Thread, Snapshot> first = snapshots(candidates);
    Map<Thread, Snapshot> second = snapshots(candidates);
    Map<String, Long> owners = owners(first, second);
    first.forEach(
        (thread, snapshot) -> {
          Object monitor = snapshot.blockedOn();
          Seen seen =
              monitor == null
                  ? null
                  : scene.add(
                      new Seen(thread, VirtualThreads.isVirtual(thread), ThreadState.BLOCKED));
          if (monitor != null && seen != null && !seen.waits()) {
            seen.stack = snapshot.frames();
            boolean stands = snapshot.isSameAs(second.get(thread));
            scene.setWait(
                seen,
                scene.monitor(
                    monitor.getClass().getName(),
                    System.identityHashCode(monitor),
                    ResourceKind.MONITOR,
                    new Release.Unknown()),
                !stands ? "" : seen.virtual ? snapshot.turn() : seen.counts);
          }
        });
    owners.forEach(
        (id, owner) -> {
          Resource monitor = scene.resource(id);
          if (monitor != null
              && monitor.kind() == ResourceKind.MONITOR
              && !Scene.isResolved(monitor)) {
            scene.put(
                new Resource(
                    id, monitor.kind(), monitor.className(), monitor.site(), Release.owner(owner)));
          }
        });
    giveTurns(first, second, scene);
  }

  /**
   * Who owned which monitor throughout both collections. Of two that seem to have owned the same,
   * one at least has moved meanwhile and come back to look the same: what either owns counts for
   * nothing.
   */
  private static Map<String, Long> owners(
      Map<Thread, Snapshot> first, Map<Thread, Snapshot> second) {
    Map<String, Set<Long>> claims = new HashMap<>();
    first.forEach(
        (thread, snapshot) -> {
          if (snapshot.isSameAs(second.get(thread))) {
            for (String id : snapshot.owned().keySet()) {
              claims.computeIfAbsent(id, monitor -> new HashSet<>()).add(ThreadIds.of(thread));
            }
          }
        });
    Set<Long> moved = new HashSet<>();
    claims.values().stream().filter(threads -> threads.size() > 1).forEach(moved::addAll);
    Map<String, Long> owners = new HashMap<>();
    claims.forEach(
        (id, threads) ->
            threads.stream()
                .filter(thread -> !moved.contains(thread))
                .forEach(thread -> owners.put(id, thread)));
    return owners;
  }

  /** Virtual threads that wait for a future, say, pass no hook: the snapshot is their turn too. */
  private static void giveTurns(
      Map<Thread, Snapshot> first, Map<Thread, Snapshot> second, Scene scene) {
    first.forEach(
        (thread, snapshot) -> {
          Seen seen = scene.thread(ThreadIds.of(thread));
          if (seen != null
              && seen.virtual
              && seen.turn.isEmpty()
              && snapshot.isSameAs(second.get(thread))) {
            seen.turn = snapshot.turn();
            seen.stack = snapshot.frames();
          }
        });
  }

  private static Map<Thread, Snapshot> snapshots(List<Thread> threads) {
    Map<Thread, Snapshot> snapshots = new IdentityHashMap<>();
    for (Thread thread : threads) {
      Snapshot snapshot = Snapshot.of(thread);
      if (snapshot != null) {
        snapshots.put(thread, snapshot);
      }
    }
    return snapshots;
  }
}
