package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stacks of threads that nothing is held against, a few at each look: whether a loop is blocked, a
 * thread spins or a carrier is pinned stands in no lock's queue.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> whoever gets no turn at this
 * look gets one at a later look, in the order of the list of threads.
 */
final class Census {

  /*
   * A stack that was taken once stays true as long as the thread has not run since: it is the same
   * wait, or has used no processor time at all. So a JVM at rest is asked about once, and then
   * nothing more is asked than of the threads that move. A processor clock may be coarse, hence the
   * second asking after a while.
   */
  private static final int MOST_AT_REST = 32;
  private static final int MOST_AGAIN = 4;
  private static final int MOST_BUSY = 8;
  private static final int MOST_MOUNTED = 8;
  private static final int RECHECK = 20;
  private static final String CPU = "cpu ";

  private Map<Long, Kept> kept = new HashMap<>();
  private int offset;

  /**
   * What was known of a thread at the look before: under which evidence, and for how many looks.
   */
  private record Kept(String evidence, long cpu, List<String> stack, int looks) {
    boolean isOf(String now) {
      return !evidence.isEmpty() && evidence.equals(now);
    }

    /** A turn is exact, a processor clock may be coarse. */
    boolean isOld() {
      return looks >= RECHECK && evidence.startsWith(CPU);
    }
  }

  /** Gives back stacks that still hold, and says of whom to take one now. */
  Set<Seen> next(Scene scene, CpuTimes cpu) {
    List<Seen> atRest = new ArrayList<>();
    List<Seen> again = new ArrayList<>();
    List<Seen> busy = new ArrayList<>();
    List<Seen> mounted = new ArrayList<>();
    Map<Long, Long> burned = new HashMap<>();
    for (Seen seen : scene.threads()) {
      if (!seen.stack.isEmpty()) {
        continue;
      }
      Kept before = kept.get(seen.id);
      if (seen.virtual) {
        if (mounted.size() < MOST_MOUNTED && VirtualThreads.carrierOf(seen.thread) != null) {
          mounted.add(seen);
        }
      } else if (before == null) {
        atRest.add(seen);
      } else if (before.isOf(evidence(seen, cpu))) {
        seen.stack = before.stack;
        if (before.isOld()) {
          again.add(seen);
        }
      } else if (seen.state == ThreadState.RUNNABLE) {
        burned.put(seen.id, cpu.of(seen.id) - before.cpu);
        busy.add(seen);
      } else {
        atRest.add(seen);
      }
    }
    busy.sort(Comparator.comparing((Seen seen) -> burned.getOrDefault(seen.id, 0L)).reversed());
    Set<Seen> next = new LinkedHashSet<>(busy.subList(0, Math.min(MOST_BUSY, busy.size())));
    next.addAll(mounted);
    next.addAll(turn(atRest, MOST_AT_REST));
    for (Seen old : turn(again, MOST_AGAIN)) {
      old.stack = List.of();
      next.add(old);
    }
    return next;
  }

  /** Keeps what was taken for the next look, and forgets threads that are gone. */
  void keep(Scene scene, CpuTimes cpu) {
    Map<Long, Kept> now = new HashMap<>();
    for (Seen seen : scene.threads()) {
      if (!seen.virtual && !seen.stack.isEmpty()) {
        String evidence = evidence(seen, cpu);
        Kept before = kept.get(seen.id);
        int looks = before != null && before.stack == seen.stack ? before.looks + 1 : 0;
        now.put(seen.id, new Kept(evidence, cpu.of(seen.id), seen.stack, looks));
      }
    }
    kept = now;
  }

  private List<Seen> turn(List<Seen> waiting, int most) {
    if (waiting.size() <= most) {
      return waiting;
    }
    offset = (offset + most) % waiting.size();
    Collections.rotate(waiting, -offset);
    return waiting.subList(0, most);
  }

  /** What stays the same as long as the thread does not run. */
  private static String evidence(Seen seen, CpuTimes cpu) {
    if (seen.waits() && !seen.turn.isEmpty()) {
      return seen.resource + " " + seen.turn;
    }
    long nanos = cpu.of(seen.id);
    return nanos == ThreadTraits.UNKNOWN_CPU ? "" : CPU + nanos;
  }
}
