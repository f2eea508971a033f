package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each thread of a JVM did in the last minutes, as runs of looks in which it did the same.
 *
 * <p>A run costs sixteen bytes, and a thread that does the same all the time has one: a worker that
 * is found in front of its queue by every look is so, whatever it did in between, and its run only
 * says that it moved.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> the runs that ended first
 * go; {@link View#from} says how far back it then reaches.
 */
public final class LaneHistory {
  private static final long SPAN = Duration.ofMinutes(10).toMillis();
  private static final int MAX_RESOURCES = 10_000;
  private static final int NO_RESOURCE = -1;

  private static final ThreadState[] STATES = ThreadState.values();
  private static final long STATE = 15;
  private static final long TIMED = 16;
  private static final long SEEN = 32;
  private static final long MOVED = 64;
  private static final int RESOURCE_SHIFT = 8;

  private final Map<Long, Lane> lanes = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Resource> resources = new ArrayList<>();
  private int runs;
  private long start = -1;
  private long lastLook;
  private long horizon;

  /** One thread's runs, oldest first: when each began, and what the thread did. */
  private static final class Lane {
    final long thread;
    String name;
    boolean virtual;
    long[] runs = new long[2];
    int size;
    long lastSeen;
    @Nullable ObservedThread last;

    Lane(long thread) {
      this.thread = thread;
      this.name = "";
    }
  }

  /**
   * What can be drawn.
   *
   * @param from before this nothing is known, milliseconds since 1970
   * @param to the last look
   * @param resources what the threads waited for; runs name them by their place here
   */
  public record View(long from, long to, List<Resource> resources, List<Thread> threads) {
    /** A lane. */
    public record Thread(long id, String name, boolean virtual, List<Run> runs) {}

    /**
     * A row of looks that saw the same.
     *
     * @param moved whether it went on between two of them, and was found at the same again
     * @param resource what the thread waited for, -1 for nothing
     */
    public record Run(
        long from, long to, ThreadState state, boolean timed, boolean moved, int resource) {}
  }

  /**
   * Adds a look that is newer than the last.
   *
   * @param most how many runs there may be from now on
   */
  synchronized void add(Observation look, int most) {
    long now = look.time().toEpochMilli();
    if (start < 0) {
      start = now;
    }
    Map<String, Resource> byId = null;
    for (ObservedThread thread : look.threads()) {
      Lane lane = lanes.get(thread.id());
      if (lane == null) {
        lane = new Lane(thread.id());
        lanes.put(thread.id(), lane);
      }
      boolean gap = lane.lastSeen != lastLook;
      ObservedThread before = lane.last;
      if (gap || before == null || before != thread && !sameDoing(before, thread)) {
        if (byId == null) {
          byId = index(look);
        }
        if (gap && lane.size > 0) {
          append(lane, lane.lastSeen, pack(null, NO_RESOURCE));
        }
        Wait wait = thread.currentWait();
        int resource = wait == null ? NO_RESOURCE : number(wait.resource(), byId);
        append(lane, now, pack(thread, resource));
        lane.name = thread.name();
        lane.virtual = thread.virtual();
      } else if (before != thread && moved(before, thread)) {
        lane.runs[2 * lane.size - 1] |= MOVED;
      }
      lane.last = thread;
      lane.lastSeen = now;
    }
    lastLook = now;
    if (now - SPAN > horizon + SPAN / 10) {
      cut(now - SPAN);
    }
    // Every thread keeps its last run, so there may be more of them than allowed when many live.
    while (runs > most && horizon < now) {
      cut(horizon + Math.max(1, (now - horizon) / 4));
    }
  }

  /** Forgets everything: another process. */
  synchronized void clear() {
    lanes.clear();
    numbers.clear();
    resources.clear();
    runs = 0;
    start = -1;
    lastLook = 0;
    horizon = 0;
  }

  /** What was seen from then on, milliseconds since 1970. */
  public synchronized View since(long from) {
    long first = Math.max(Math.max(from, horizon), start);
    List<View.Thread> threads = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      List<View.Run> drawn = new ArrayList<>();
      for (int i = 0; i < lane.size; i++) {
        long began = Math.max(lane.runs[2 * i], first);
        long ended = i + 1 < lane.size ? lane.runs[2 * i + 2] : lane.lastSeen;
        long doing = lane.runs[2 * i + 1];
        if (ended >= first && (doing & SEEN) != 0) {
          drawn.add(
              new View.Run(
                  began,
                  ended,
                  STATES[(int) (doing & STATE)],
                  (doing & TIMED) != 0,
                  (doing & MOVED) != 0,
                  (int) (doing >> RESOURCE_SHIFT)));
        }
      }
      if (!drawn.isEmpty()) {
        threads.add(new View.Thread(lane.thread, lane.name, lane.virtual, drawn));
      }
    }
    return new View(Math.max(0, first), lastLook, List.copyOf(resources), threads);
  }

  private static long pack(@Nullable ObservedThread thread, int resource) {
    if (thread == null) {
      return (long) resource << RESOURCE_SHIFT;
    }
    Wait wait = thread.currentWait();
    return (long) resource << RESOURCE_SHIFT
        | SEEN
        | (wait != null && wait.timed() ? TIMED : 0)
        | thread.state().ordinal();
  }

  private static boolean sameDoing(ObservedThread before, ObservedThread now) {
    Wait was = before.currentWait();
    Wait is = now.currentWait();
    return before.state() == now.state()
        && (was == null ? is == null : is != null && was.resource().equals(is.resource()));
  }

  /** A turn that differs says that the thread went on and came back: work passed. */
  private static boolean moved(ObservedThread before, ObservedThread now) {
    Wait was = before.currentWait();
    Wait is = now.currentWait();
    return was != null && is != null && !was.turn().equals(is.turn());
  }

  private void append(Lane lane, long from, long doing) {
    if (2 * lane.size == lane.runs.length) {
      lane.runs = Arrays.copyOf(lane.runs, lane.runs.length * 2);
    }
    lane.runs[2 * lane.size] = from;
    lane.runs[2 * lane.size + 1] = doing;
    lane.size++;
    runs++;
  }

  private static Map<String, Resource> index(Observation look) {
    Map<String, Resource> byId = new HashMap<>();
    look.resources().forEach(resource -> byId.put(resource.id(), resource));
    return byId;
  }

  private int number(String id, Map<String, Resource> byId) {
    Integer known = numbers.get(id);
    Resource resource = byId.get(id);
    if (known != null) {
      return known;
    }
    if (resource == null || resources.size() >= MAX_RESOURCES) {
      return NO_RESOURCE;
    }
    numbers.put(id, resources.size());
    resources.add(resource);
    return resources.size() - 1;
  }

  /** Forgets what ended before. */
  private void cut(long before) {
    horizon = before;
    for (Iterator<Lane> each = lanes.values().iterator(); each.hasNext(); ) {
      Lane lane = each.next();
      int gone = 0;
      while (gone + 1 < lane.size && lane.runs[2 * (gone + 1)] <= before) {
        gone++;
      }
      boolean over = lane.lastSeen < before;
      runs -= over ? lane.size : gone;
      if (over) {
        each.remove();
      } else if (gone > 0) {
        lane.size -= gone;
        lane.runs = Arrays.copyOfRange(lane.runs, 2 * gone, 2 * gone + 2 * lane.size);
      }
    }
    if (resources.size() >= MAX_RESOURCES / 2) {
      renumber();
    }
  }

  /** Forgets the resources that no run names any more. */
  private void renumber() {
    List<Resource> old = List.copyOf(resources);
    int[] now = new int[old.size()];
    Arrays.fill(now, NO_RESOURCE);
    numbers.clear();
    resources.clear();
    for (Lane lane : lanes.values()) {
      for (int i = 0; i < lane.size; i++) {
        long doing = lane.runs[2 * i + 1];
        int resource = (int) (doing >> RESOURCE_SHIFT);
        if (resource != NO_RESOURCE) {
          if (now[resource] == NO_RESOURCE) {
            now[resource] = resources.size();
            resources.add(old.get(resource));
            numbers.put(old.get(resource).id(), now[resource]);
          }
          lane.runs[2 * i + 1] =
              (long) now[resource] << RESOURCE_SHIFT | doing & (1 << RESOURCE_SHIFT) - 1;
        }
      }
    }
  }
}
