package dev.unpark.collector.history;

import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The history of executors, by service, name and place. One thread's. */
final class ExecutorTrends {
  private static final int MOST = 10_000;

  private final Map<Kind, Row> rows = new HashMap<>();
  private final Map<String, Map<String, long[]>> counted = new HashMap<>();

  private record Kind(String service, String name, String type, String site) {}

  private static final class Row {
    final Ring queued;
    final Ring active;
    final Ring oldest;
    final Ring rejected;
    final Ring completed;
    int executors;
    long workers;
    long limit;
    long queuedNow;
    long activeNow;
    long lastSeen;

    Row(long now) {
      queued = new Ring(Trends.STEPS, now);
      active = new Ring(Trends.STEPS, now);
      oldest = new Ring(Trends.STEPS, now);
      rejected = new Ring(Trends.STEPS, now);
      completed = new Ring(Trends.STEPS, now);
    }
  }

  void begin() {
    for (Row row : rows.values()) {
      row.executors = 0;
      row.workers = 0;
      row.limit = 0;
      row.queuedNow = 0;
      row.activeNow = 0;
    }
  }

  void add(WatchedJvm jvm, Observation look, long now) {
    Map<String, long[]> before = counted.get(jvm.id());
    Map<String, long[]> current = new HashMap<>();
    for (ExecutorState executor : look.executors()) {
      Row row =
          row(
              new Kind(jvm.identity().service(), executor.name(), executor.type(), executor.site()),
              now);
      if (row == null) {
        continue;
      }
      row.executors++;
      row.workers += executor.workers().size();
      row.queuedNow += executor.queued();
      row.activeNow += executor.active();
      row.limit =
          row.limit < 0 || executor.limit() == ExecutorState.UNBOUNDED
              ? -1
              : row.limit + executor.limit();
      Duration oldest = executor.oldestQueued();
      row.oldest.raise(now, oldest == null ? 0 : oldest.toMillis());
      long[] then = before == null ? null : before.get(executor.id());
      if (before != null) {
        row.rejected.add(now, since(executor.rejected(), then == null ? 0 : then[0]));
        row.completed.add(now, since(executor.completed(), then == null ? 0 : then[1]));
      }
      current.put(executor.id(), new long[] {executor.rejected(), executor.completed()});
    }
    counted.put(jvm.id(), current);
  }

  private static long since(long count, long before) {
    return count >= before ? count - before : count;
  }

  private @Nullable Row row(Kind kind, long now) {
    Row row = rows.get(kind);
    if (row == null) {
      if (rows.size() >= MOST) {
        return null;
      }
      row = new Row(now);
      rows.put(kind, row);
    }
    row.lastSeen = now;
    return row;
  }

  void end(Set<String> present, long now) {
    for (Row row : rows.values()) {
      row.queued.raise(now, row.queuedNow);
      row.active.raise(now, row.activeNow);
    }
    counted.keySet().retainAll(present);
    rows.values().removeIf(row -> row.lastSeen <= now - Trends.STEPS);
  }

  List<ExecutorTrend> trends(long now) {
    List<ExecutorTrend> trends = new ArrayList<>();
    rows.forEach(
        (kind, row) ->
            trends.add(
                new ExecutorTrend(
                    kind.service,
                    kind.name,
                    kind.type,
                    kind.site,
                    row.executors,
                    row.workers,
                    row.limit,
                    row.queued.until(now),
                    row.active.until(now),
                    row.oldest.until(now),
                    row.rejected.until(now),
                    row.completed.until(now))));
    return trends;
  }
}
