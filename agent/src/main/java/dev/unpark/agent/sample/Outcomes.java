package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of one queue would bring about, were they run: what they complete for certain, and
 * what they have at hand and so may complete, count down, release or signal.
 *
 * <p>Executors and queues are not entered on the way: a task that knows a pool has not therefore
 * what stands in its queue at hand.
 *
 * <p><b>Threading:</b> the sampler's thread alone; made anew for each look. <b>When full:</b> the
 * first {@value #MOST_OBJECTS} objects of all tasks together are known.
 */
final class Outcomes {
  private static final int DEPTH = 6;
  private static final int MOST_OF_A_TASK = 600;
  private static final int MOST_OBJECTS = 20_000;
  private static final int NESTED_DEPTH = 2;
  private static final int MOST_NEAR = 64;

  private static final Peek TRIP = Peek.at(CyclicBarrier.class, "trip");
  private static final Peek PHASER = Peek.at("java.util.concurrent.Phaser$QNode", "phaser");

  private final Map<Object, Boolean> ended = new IdentityHashMap<>();
  private final Map<Object, Boolean> mayEnd = new IdentityHashMap<>();
  private final Set<Object> atHand = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The conditions of barriers that are at hand: of any other, too many have it at hand. */
  private final Set<Object> trips = Collections.newSetFromMap(new IdentityHashMap<>());

  /** How surely a task ends a wait. */
  enum Match {
    NONE,
    MAY,
    MUST
  }

  private Outcomes() {}

  static Outcomes of(List<Object> tasks, Completions completions, Reach reach) {
    Outcomes outcomes = new Outcomes();
    for (Object task : tasks) {
      if (outcomes.atHand.size() >= MOST_OBJECTS) {
        break;
      }
      completions.endedBy(task, outcomes.ended);
      outcomes.reachFrom(task, completions, reach);
      for (Object nested : nestedIn(task, reach)) {
        completions.endedBy(nested, outcomes.mayEnd);
        outcomes.reachFrom(nested, completions, reach);
      }
    }
    return outcomes;
  }

  private void reachFrom(Object task, Completions completions, Reach reach) {
    reach.walk(
        task,
        DEPTH,
        MOST_OF_A_TASK,
        (object, depth) -> {
          if (object instanceof CompletableFuture<?>) {
            completions.completedWith(object, mayEnd);
            return Reach.Next.NO_DEEPER;
          }
          atHand.add(object);
          Object trip = TRIP.of(object);
          if (trip != null) {
            trips.add(trip);
          }
          return depth > 0 && isBorder(object) ? Reach.Next.NO_DEEPER : Reach.Next.DEEPER;
        });
  }

  /*
   * A task that runs what stands in a queue of its own, one after the other, as executors do that
   * keep the order of what they pass on to a pool: it is that executor, or knows it at first hand.
   */
  private static List<Object> nestedIn(Object task, Reach reach) {
    List<Object> nested = new ArrayList<>();
    reach.walk(
        task,
        NESTED_DEPTH,
        MOST_NEAR,
        (object, depth) -> {
          if (depth > 0 && Sources.isQueue(object)) {
            addRunnables(object, reach, nested);
            return Reach.Next.NO_DEEPER;
          }
          return object instanceof ExecutorService ? Reach.Next.NO_DEEPER : Reach.Next.DEEPER;
        });
    return nested;
  }

  private static void addRunnables(Object queue, Reach reach, List<Object> nested) {
    reach.walk(
        queue,
        MOST_NEAR,
        MOST_OF_A_TASK,
        (object, depth) -> {
          if (depth > 0 && object instanceof Runnable) {
            nested.add(object);
          }
          return nested.size() >= MOST_NEAR
              ? Reach.Next.STOP
              : depth > 0 && object instanceof Runnable ? Reach.Next.NO_DEEPER : Reach.Next.DEEPER;
        });
  }

  /** Where one looks for what an object has at hand, and goes no farther. */
  static boolean isBorder(Object object) {
    return object instanceof Executor || Sources.isQueue(object);
  }

  /**
   * Whether they end a wait for that.
   *
   * @param blocker what is waited for, or null where only its class and hash are known
   */
  Match match(@Nullable Object blocker, Resource resource) {
    if (resource.kind() == ResourceKind.CONDITION) {
      return blocker != null && trips.contains(blocker) ? Match.MAY : Match.NONE;
    }
    Object phaser = PHASER.of(blocker);
    if (phaser != null) {
      return atHand.contains(phaser) ? Match.MAY : Match.NONE;
    }
    if (isAmong(ended.keySet(), blocker, resource)) {
      return Match.MUST;
    }
    return isAmong(atHand, blocker, resource) || isAmong(mayEnd.keySet(), blocker, resource)
        ? Match.MAY
        : Match.NONE;
  }

  private static boolean isAmong(
      Collection<Object> objects, @Nullable Object blocker, Resource resource) {
    if (blocker != null) {
      return objects.contains(blocker);
    }
    for (Object object : objects) {
      if (object.getClass().getName().equals(resource.className())
          && Names.id(object).equals(resource.id())) {
        return true;
      }
    }
    return false;
  }
}
