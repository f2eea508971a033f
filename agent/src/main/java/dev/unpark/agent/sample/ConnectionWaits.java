package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.ConnectionPools;
import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.ThreadRows;
import dev.unpark.agent.library.Pool;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Threads that wait for a connection: for a connection, that is, and not for whatever object of its
 * own the pool makes them wait on; and the threads that have the connections.
 *
 * <p>A wait that the JVM itself can resolve, for a lock with an owner, stays what it is.
 *
 * <p><b>Threading:</b> the sampler's thread alone. Costs nothing but a walk over one table as long
 * as nobody waits.
 */
final class ConnectionWaits {
  /*
   * That the holders are all who can end a wait, rests on this: there are as many of them as the pool
   * may have connections, so that it can make none; each is a thread that lives; the pool takes none
   * back by itself; and none was ever given back by another thread than had taken it.
   */

  /** A thread that asks a pool, and what stands for this very call. */
  private record Asking(Seen seen, String call) {}

  /** Puts pools in the place of what their waiters seem to wait for. */
  void look(Scene scene, List<Thread> live) {
    Map<LibraryHandle, List<Asking>> asking = asking(scene);
    if (asking.isEmpty()) {
      return;
    }
    Map<Integer, Thread> byHash = new HashMap<>();
    Set<Integer> twice = new HashSet<>();
    for (Thread thread : live) {
      int hash = System.identityHashCode(thread);
      if (byHash.put(hash, thread) != null) {
        twice.add(hash);
      }
    }
    byHash.keySet().removeAll(twice);
    asking.forEach(
        (handle, threads) -> {
          Object pool = handle.get();
          if (pool != null) {
            Resource resource =
                new Resource(
                    Names.id(pool),
                    ResourceKind.CONNECTION_POOL,
                    pool.getClass().getName(),
                    "",
                    release(handle, Pool.of(handle, pool), byHash, scene));
            scene.put(resource);
            threads.forEach(one -> scene.setWait(one.seen, resource, one.call));
          }
        });
  }

  private static Map<LibraryHandle, List<Asking>> asking(Scene scene) {
    Map<LibraryHandle, List<Asking>> asking = new HashMap<>();
    ThreadRows rows = ConnectionPools.asking();
    for (int row = 0; row < rows.capacity(); row++) {
      long sequence = rows.sequence(row);
      Thread thread = rows.thread(row);
      Object subject = rows.subject(row);
      if (thread != null && subject instanceof LibraryHandle handle && (sequence & 1) == 1) {
        Seen seen = scene.thread(ThreadIds.of(thread));
        if (seen != null && seen.thread == thread && waitsInside(seen, scene)) {
          String call = seen.turn.isEmpty() ? "" : seen.turn + "c" + row + ":" + sequence;
          if (rows.sequence(row) == sequence) {
            asking.computeIfAbsent(handle, h -> new ArrayList<>()).add(new Asking(seen, call));
          }
        }
      }
    }
    return asking;
  }

  private static boolean waitsInside(Seen seen, Scene scene) {
    if (seen.state != ThreadState.WAITING && seen.state != ThreadState.TIMED_WAITING) {
      return false;
    }
    Resource resource = scene.waitedFor(seen);
    return resource != null && !(resource.release() instanceof Release.AllOf);
  }

  private static Release release(
      LibraryHandle handle, Pool pool, Map<Integer, Thread> byHash, Scene scene) {
    Set<Long> holders = new HashSet<>();
    int taken = 0;
    int ended = 0;
    boolean lost = handle.isBlurred();
    for (int row = 0; row < ConnectionPools.CAPACITY; row++) {
      long holder = ConnectionPools.holder(row);
      if (holder != 0 && ConnectionPools.pool(row) == handle.number()) {
        taken++;
        Thread thread = byHash.get((int) holder);
        if (thread != null) {
          scene.addHolder(thread);
          holders.add(ThreadIds.of(thread));
        } else if ((holder & ConnectionPools.VIRTUAL) == 0) {
          ended++;
        } else {
          lost = true; // Most virtual threads that run are in no list.
        }
      }
    }
    boolean all = taken == pool.maximum() && !lost;
    // A pool whose connections have never come back may lend to threads that hand them on.
    boolean ownersReturn = handle.passedOn() == 0 && handle.returned() > 0;
    if (all && ended == 0 && ownersReturn && !pool.reclaims()) {
      return new Release.AnyOf(holders);
    }
    if (holders.isEmpty() && !(all && ended == taken)) {
      return new Release.Unknown();
    }
    return new Release.Believed(holders, why(holders, ended, handle));
  }

  private static String why(Set<Long> holders, int ended, LibraryHandle handle) {
    if (holders.isEmpty()) {
      return "every thread that took a connection has ended without giving it back";
    }
    if (handle.passedOn() > 0) {
      return "they took connections and did not give them back, though others may do that for them";
    }
    return ended > 0
        ? "they took connections and did not give them back, and so did %d that have ended"
            .formatted(ended)
        : "they took connections and did not give them back";
  }
}
