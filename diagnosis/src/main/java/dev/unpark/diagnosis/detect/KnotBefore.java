package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A knot of one look, compared with an earlier look: whether it stood there already, and whether
 * its threads have gone on in between.
 *
 * @param knot the knot of the newer look
 * @param members its threads
 * @param believed whether it rests on who is believed to end a wait
 * @param index the newer look
 */
record KnotBefore(
    Knot knot, List<ObservedThread> members, boolean believed, ObservationIndex index) {

  /*
   * Proof: the same members stood in the look before, each in the very same wait (same resource,
   * same turn), behind the same holders, and the graph of that look could not be reduced past them
   * either. A thread that only looks stuck has a turn that moved on.
   */

  /** Whether the look before shows the same members behind the same holders, stuck as well. */
  boolean stoodIn(Look earlier) {
    return members.stream().allMatch(member -> stoodIn(earlier, member))
        && knot.executors().stream().allMatch(pool -> hadTheseWorkers(earlier, pool));
  }

  private boolean stoodIn(Look earlier, ObservedThread member) {
    ObservedThread then = earlier.index().thread(member.id());
    Resource before = then == null ? null : earlier.index().waitedFor(then);
    Resource now = Objects.requireNonNull(index.waitedFor(member), "a member waits for something");
    return before != null
        && before.id().equals(now.id())
        && (believed ? earlier.believedGraph() : earlier.graph()).isStuck(member.id())
        && sameRelease(before.release(), now.release());
  }

  /** Whether a wait ended in the same way then, as far as the members are concerned. */
  private boolean sameRelease(Release before, Release now) {
    if (before instanceof Release.AllOf && now instanceof Release.AllOf) {
      Set<Long> holders = new HashSet<>(ObservationIndex.holders(now));
      holders.retainAll(knot.members());
      return ObservationIndex.holders(before).containsAll(holders);
    }
    return before.equals(now)
        || before instanceof Release.Believed && now instanceof Release.Believed;
  }

  private boolean hadTheseWorkers(Look earlier, String pool) {
    ExecutorState before = earlier.index().executor(pool);
    ExecutorState now = index.executor(pool);
    return before != null
        && now != null
        && !before.mayGrow()
        && new HashSet<>(before.workers()).equals(new HashSet<>(now.workers()));
  }

  /** Whether they stood at the same lines then, whatever the addresses of their locks. */
  boolean atTheSameLines(Look earlier) {
    return members.stream()
        .allMatch(
            member -> {
              ObservedThread then = earlier.index().thread(member.id());
              return then != null && then.stack().equals(member.stack());
            });
  }

  /** Whether none of them has gone on since. */
  boolean inTheSameTurns(Look earlier) {
    for (ObservedThread member : members) {
      ObservedThread then = earlier.index().thread(member.id());
      Wait before = then == null ? null : then.currentWait();
      Wait now = member.currentWait();
      if (before == null || now == null || !before.isStill(now)) {
        return false;
      }
    }
    return true;
  }
}
