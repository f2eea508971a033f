package dev.unpark.collector.history;

import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.collector.series.Point;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The history of locks, by service and place. One thread's. */
final class LockTrends {
  private static final int MOST = 20_000;

  /** Sent only by agents that were asked to measure it. */
  private static final String HOLD = "unpark.lock.hold.duration";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<Place, Row> rows = new HashMap<>();
  private final Map<String, Map<Place, long[]>> counted = new HashMap<>();

  private record Place(String service, String kind, String type, String site) {}

  private static final class Row {
    final Ring wait;
    final Ring contentions;
    final Ring hold;
    int jvms;
    int waiters;
    long lastSeen;

    Row(long now) {
      wait = new Ring(Trends.STEPS, now);
      contentions = new Ring(Trends.STEPS, now);
      hold = new Ring(Trends.STEPS, now);
    }
  }

  void begin() {
    for (Row row : rows.values()) {
      row.jvms = 0;
      row.waiters = 0;
    }
  }

  void add(WatchedJvm jvm, Observation look, long now) {
    String service = jvm.identity().service();
    Map<Place, long[]> before = counted.get(jvm.id());
    Map<Place, long[]> current = new HashMap<>();
    Map<Place, Long> held = held(jvm, service);
    for (LockActivity lock : look.lockActivity()) {
      Place place = new Place(service, lock.kind().label(), lock.lockClass(), lock.site());
      Row row = row(place, now);
      if (row == null) {
        continue;
      }
      row.jvms++;
      long[] counts = {lock.waitNanos(), lock.contentions(), held.getOrDefault(place, 0L)};
      long[] then = before == null ? null : before.get(place);
      // A JVM that is new here brings what happened long before; what it then adds counts.
      if (before != null) {
        add(row.wait, now, counts[0], then == null ? 0 : then[0]);
        add(row.contentions, now, counts[1], then == null ? 0 : then[1]);
        add(row.hold, now, counts[2], then == null ? 0 : then[2]);
      }
      current.put(place, counts);
    }
    counted.put(jvm.id(), current);
    countWaiters(service, look, now);
  }

  private static void add(Ring ring, long now, long count, long before) {
    // A count that fell is one of a process that began anew.
    ring.add(now, count >= before ? count - before : count);
  }

  private void countWaiters(String service, Observation look, long now) {
    Map<String, Resource> locks = new HashMap<>();
    for (Resource resource : look.resources()) {
      if (resource.kind().isLock()) {
        locks.put(resource.id(), resource);
      }
    }
    if (locks.isEmpty()) {
      return;
    }
    for (ObservedThread thread : look.threads()) {
      Wait wait = thread.currentWait();
      Resource lock = wait == null ? null : locks.get(wait.resource());
      if (lock != null) {
        Row row = row(new Place(service, lock.kind().label(), lock.className(), lock.site()), now);
        if (row != null) {
          row.waiters++;
        }
      }
    }
  }

  /** Nanoseconds held, from the metric of the agent. */
  private static Map<Place, Long> held(WatchedJvm jvm, String service) {
    Map<Place, Long> held = new HashMap<>();
    jvm.series()
        .visit(
            (family, labels, point) -> {
              if (family.metric().equals(HOLD)
                  && point instanceof Point.Distribution distribution) {
                held.merge(
                    new Place(
                        service,
                        text(labels, "lock_kind"),
                        text(labels, "lock_class"),
                        text(labels, "lock_site")),
                    (long) (distribution.sum() * 1e9),
                    Long::sum);
              }
            });
    return held;
  }

  private static String text(Labels labels, String name) {
    String value = labels.get(name);
    return value == null ? "" : value;
  }

  private @Nullable Row row(Place place, long now) {
    Row row = rows.get(place);
    if (row == null) {
      if (rows.size() >= MOST) {
        return null;
      }
      row = new Row(now);
      rows.put(place, row);
    }
    row.lastSeen = now;
    return row;
  }

  void end(Set<String> present, long now) {
    counted.keySet().retainAll(present);
    rows.values().removeIf(row -> row.lastSeen <= now - Trends.STEPS);
  }

  List<LockTrend> trends(long now) {
    List<LockTrend> trends = new ArrayList<>();
    rows.forEach(
        (place, row) ->
            trends.add(
                new LockTrend(
                    place.service,
                    place.kind,
                    place.type,
                    place.site,
                    row.jvms,
                    row.waiters,
                    millis(row.wait.until(now)),
                    row.contentions.until(now),
                    millis(row.hold.until(now)))));
    return trends;
  }

  private static long[] millis(long[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] /= NANOS_PER_MILLI;
    }
    return nanos;
  }
}
