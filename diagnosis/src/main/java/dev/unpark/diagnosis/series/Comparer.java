package dev.unpark.diagnosis.series;

import dev.unpark.diagnosis.detect.Thresholds;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackReader;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Stretch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes one comparison. Time and memory are linear in the threads of all looks. */
final class Comparer {
  private final List<Observation> looks;
  private final List<ObservationIndex> indexes;
  private final Observation first;
  private final Observation last;
  private final Thresholds thresholds;
  private final StackReader stacks;

  private final List<Stretch> busy = new ArrayList<>();
  private final List<Stretch> moved = new ArrayList<>();
  private final Map<String, List<Stretch>> still = new LinkedHashMap<>();
  private int idle;
  private int unseen;

  Comparer(List<Observation> looks, KnownStacks known, Thresholds thresholds) {
    if (looks.size() < 2) {
      throw new IllegalArgumentException("a comparison needs two looks, got " + looks.size());
    }
    for (int i = 1; i < looks.size(); i++) {
      if (!looks.get(i).time().isAfter(looks.get(i - 1).time())) {
        throw new IllegalArgumentException(
            "look %d, of %s, is not later than the one before"
                .formatted(i + 1, looks.get(i).time()));
      }
    }
    this.looks = List.copyOf(looks);
    this.indexes = looks.stream().map(ObservationIndex::new).toList();
    this.first = looks.get(0);
    this.last = looks.get(looks.size() - 1);
    this.thresholds = thresholds;
    this.stacks = new StackReader(known);
  }

  Comparison compare() {
    ObservationIndex firstIndex = indexes.get(0);
    ObservationIndex lastIndex = indexes.get(indexes.size() - 1);
    List<ObservedThread> came = new ArrayList<>();
    for (ObservedThread thread : last.threads()) {
      ObservedThread then = firstIndex.thread(thread.id());
      if (then == null) {
        came.add(thread);
      } else {
        classify(new Stretch(then, thread, Duration.between(first.time(), last.time())));
      }
    }
    List<ObservedThread> ended =
        first.threads().stream().filter(then -> lastIndex.thread(then.id()) == null).toList();
    busy.sort(Comparator.comparingLong((Stretch stretch) -> -stretch.cpuNanos()));
    return new Comparison(
        last.jvm(),
        first.time(),
        last.time(),
        looks.size(),
        came,
        ended,
        stuckGroups(),
        busy,
        moved,
        idle,
        unseen,
        pools(),
        queues(firstIndex, lastIndex),
        movedWaits(firstIndex, lastIndex),
        limits());
  }

  private void classify(Stretch stretch) {
    List<ObservedThread> seen = seen(stretch.now().id());
    if (stretch.cpuShare() >= thresholds.busyCpu()) {
      busy.add(stretch);
    } else if (seen.stream().anyMatch(thread -> thread.stack().isEmpty())) {
      unseen++;
    } else if (seen.stream().allMatch(thread -> stacks.facts(thread.stack()).isIdle())) {
      idle++;
    } else if (seen.size() == looks.size() && isStill(seen, stretch)) {
      StackFacts facts = stacks.facts(stretch.now().stack());
      String group = facts.place() + " " + (stretch.cpuNanos() != Stretch.UNKNOWN);
      still.computeIfAbsent(group, place -> new ArrayList<>()).add(stretch);
    } else {
      moved.add(stretch);
    }
  }

  private List<ObservedThread> seen(long id) {
    List<ObservedThread> seen = new ArrayList<>();
    for (ObservationIndex index : indexes) {
      ObservedThread thread = index.thread(id);
      if (thread != null) {
        seen.add(thread);
      }
    }
    return seen;
  }

  private boolean isStill(List<ObservedThread> seen, Stretch stretch) {
    long place = stacks.facts(stretch.now().stack()).place();
    return stretch.isAtRest(thresholds.restingCpu())
        && seen.stream().allMatch(thread -> stacks.facts(thread.stack()).place() == place);
  }

  private List<Comparison.StuckGroup> stuckGroups() {
    return still.values().stream()
        .map(
            group ->
                new Comparison.StuckGroup(
                    group.stream().map(Stretch::now).toList(),
                    group.get(0).cpuNanos() != Stretch.UNKNOWN))
        .sorted(Comparator.comparingInt((Comparison.StuckGroup group) -> -group.threads().size()))
        .toList();
  }

  private List<Comparison.PoolChange> pools() {
    Map<String, int[]> counts = new TreeMap<>();
    count(first, counts, 0);
    count(last, counts, 1);
    List<Comparison.PoolChange> changes = new ArrayList<>();
    counts.forEach(
        (name, count) -> {
          if (count[0] != count[1]) {
            changes.add(new Comparison.PoolChange(name, count[0], count[1]));
          }
        });
    changes.sort(Comparator.comparingInt(change -> -change.growth()));
    return changes;
  }

  private static void count(Observation look, Map<String, int[]> counts, int at) {
    for (ObservedThread thread : look.threads()) {
      counts.computeIfAbsent(Frames.namePattern(thread.name()), name -> new int[2])[at]++;
    }
  }

  private static @Nullable Resource lock(ObservedThread thread, ObservationIndex index) {
    Resource resource = index.waitedFor(thread);
    return resource != null && resource.kind().isLock() ? resource : null;
  }

  private List<Comparison.QueueChange> queues(
      ObservationIndex firstIndex, ObservationIndex lastIndex) {
    Map<String, Integer> before = new HashMap<>();
    Map<String, Integer> after = new HashMap<>();
    Map<String, Resource> locks = new TreeMap<>();
    for (ObservedThread thread : first.threads()) {
      countQueue(lock(thread, firstIndex), before, locks);
    }
    for (ObservedThread thread : last.threads()) {
      countQueue(lock(thread, lastIndex), after, locks);
    }
    List<Comparison.QueueChange> changes = new ArrayList<>();
    locks.forEach(
        (id, lock) ->
            changes.add(
                new Comparison.QueueChange(
                    lock, before.getOrDefault(id, 0), after.getOrDefault(id, 0))));
    changes.sort(Comparator.comparingInt(change -> -change.growth()));
    return changes;
  }

  private static void countQueue(
      @Nullable Resource lock, Map<String, Integer> counts, Map<String, Resource> locks) {
    if (lock != null) {
      locks.put(lock.id(), lock);
      counts.merge(lock.id(), 1, Integer::sum);
    }
  }

  private List<Comparison.MovedWait> movedWaits(
      ObservationIndex firstIndex, ObservationIndex lastIndex) {
    Map<String, Comparison.MovedWait> moves = new LinkedHashMap<>();
    for (ObservedThread now : last.threads()) {
      ObservedThread then = firstIndex.thread(now.id());
      Resource from = then == null ? null : lock(then, firstIndex);
      Resource to = lock(now, lastIndex);
      if (from != null && to != null && !from.id().equals(to.id())) {
        moves.merge(
            from.id() + " > " + to.id(),
            new Comparison.MovedWait(from, to, 1),
            (one, other) -> new Comparison.MovedWait(from, to, one.threads() + other.threads()));
      }
    }
    return moves.values().stream()
        .sorted(Comparator.comparingInt((Comparison.MovedWait move) -> -move.threads()))
        .toList();
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    boolean cpuUnknown =
        still.values().stream()
            .flatMap(List::stream)
            .anyMatch(stretch -> stretch.cpuNanos() == Stretch.UNKNOWN);
    if (cpuUnknown) {
      limits.add(
          "processor time of each thread: one that came round to the same lines looks stuck;"
              + " 'jcmd PID Thread.print' of JDK 11 and later prints it");
    }
    last.limits().stream().filter(limit -> !limits.contains(limit)).forEach(limits::add);
    return limits;
  }
}
