package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for one lock at one look, and those that hold it.
 *
 * @param lock the lock
 * @param owners who holds it, as far as that was seen
 * @param waiters who waits for it
 */
record LockQueue(Resource lock, List<ObservedThread> owners, List<ObservedThread> waiters) {

  /** The queues of one look, by id of the lock. */
  static Map<String, LockQueue> of(Observation look, ObservationIndex index) {
    Map<String, LockQueue> queues = new TreeMap<>();
    for (ObservedThread thread : look.threads()) {
      Resource lock = thread.currentWait() == null ? null : index.waitedFor(thread);
      if (lock != null && lock.kind().isLock()) {
        queues
            .computeIfAbsent(
                lock.id(), id -> new LockQueue(lock, owners(lock, index), new ArrayList<>()))
            .waiters()
            .add(thread);
      }
    }
    return queues;
  }

  /** The queues of each of these looks. */
  static List<Map<String, LockQueue>> ofEach(List<Observation> looks, Timeline timeline) {
    return looks.stream().map(look -> of(look, timeline.index(look))).toList();
  }

  private static List<ObservedThread> owners(Resource lock, ObservationIndex index) {
    return ObservationIndex.holders(lock.release()).stream()
        .sorted()
        .map(index::thread)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whether any of the waiters can never get it: then this is some knot's affair. */
  boolean isStuck(WaitForGraph graph) {
    return waiters.stream().anyMatch(waiter -> graph.isStuck(waiter.id()));
  }

  /** Whether the turn of any of these waiters has come between this look and a later one. */
  boolean movedUntil(LockQueue later) {
    Map<Long, ObservedThread> waitersNow = new HashMap<>();
    later.waiters().forEach(waiter -> waitersNow.put(waiter.id(), waiter));
    return waiters.stream().anyMatch(waiter -> wentOn(waiter, waitersNow.get(waiter.id())));
  }

  private static boolean wentOn(ObservedThread then, @Nullable ObservedThread now) {
    Wait waitThen = then.currentWait();
    Wait waitNow = now == null ? null : now.currentWait();
    return waitThen != null && (waitNow == null || !waitThen.turn().equals(waitNow.turn()));
  }

  List<Long> ownerIds() {
    return owners.stream().map(ObservedThread::id).toList();
  }

  /**
   * The frame at which most of the waiters waited; where no stack was taken of any, the site that
   * the lock is known by, which may be empty.
   */
  static String place(Collection<LockQueue> queues) {
    Map<String, Integer> count = new TreeMap<>();
    String site = "";
    for (LockQueue queue : queues) {
      site = queue.lock().site();
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
        .orElse(site);
  }
}
