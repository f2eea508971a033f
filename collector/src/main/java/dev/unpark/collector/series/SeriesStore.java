package dev.unpark.collector.series;

import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The latest point of every series of one JVM.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> a series that is not held
 * yet is refused; those that are held go on.
 */
public final class SeriesStore {
  private final SeriesBudget budget;
  private final int limit;
  private final Map<String, Map<Labels, Held>> families = new HashMap<>();
  private final Map<String, Family> descriptions = new HashMap<>();
  private int used;

  /** What became of a point. */
  public enum Put {
    TAKEN,
    /** The JVM, or all together, have as many series as they may. */
    FULL,
    /** The metric is held as another type. */
    OTHER_TYPE
  }

  /**
   * A series as it is held.
   *
   * @param time of the point, nanoseconds since 1970, by the sender's clock
   * @param received when it came, by ours
   */
  private record Held(long time, Instant received, Point point) {}

  /** Takes in the series of one JVM. */
  public interface Visitor {
    void visit(Family family, Labels labels, Point point);
  }

  public SeriesStore(SeriesBudget budget, int limit) {
    this.budget = budget;
    this.limit = limit;
  }

  /** Keeps a point unless a newer one of its series is held, which makes it taken as well. */
  public synchronized Put put(
      Family family, Labels labels, long time, Instant received, Point point) {
    Family known = descriptions.get(family.name());
    if (known != null && known.type() != family.type()) {
      return Put.OTHER_TYPE;
    }
    Map<Labels, Held> series = families.get(family.name());
    Held held = series == null ? null : series.get(labels);
    if (held != null && held.time > time) {
      return Put.TAKEN;
    }
    int more = point.weight() - (held == null ? 0 : held.point.weight());
    if (more > 0 && (used + more > limit || !budget.take(more))) {
      return Put.FULL;
    }
    if (more < 0) {
      budget.giveBack(-more);
    }
    used += more;
    descriptions.put(family.name(), family);
    families
        .computeIfAbsent(family.name(), name -> new HashMap<>())
        .put(labels, new Held(time, received, point));
    return Put.TAKEN;
  }

  /** Drops a series whose sender says that it has ended. */
  public synchronized void end(String name, Labels labels) {
    Map<Labels, Held> series = families.get(name);
    Held held = series == null ? null : series.remove(labels);
    if (held != null) {
      release(held);
    }
  }

  /** Drops the series that were last sent before {@code horizon}. */
  public synchronized void expire(Instant horizon) {
    Iterator<Map.Entry<String, Map<Labels, Held>>> each = families.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Map<Labels, Held>> family = each.next();
      family
          .getValue()
          .values()
          .removeIf(
              held -> {
                boolean old = held.received.isBefore(horizon);
                if (old) {
                  release(held);
                }
                return old;
              });
      if (family.getValue().isEmpty()) {
        each.remove();
        descriptions.remove(family.getKey());
      }
    }
  }

  public synchronized void clear() {
    budget.giveBack(used);
    used = 0;
    families.clear();
    descriptions.clear();
  }

  /** Shows every series, in no order. */
  public synchronized void visit(Visitor visitor) {
    families.forEach(
        (name, series) -> {
          Family family = descriptions.get(name);
          if (family != null) {
            series.forEach((labels, held) -> visitor.visit(family, labels, held.point));
          }
        });
  }

  /** How many Prometheus series it holds. */
  public synchronized int size() {
    return used;
  }

  /** Names of the metrics held. */
  public synchronized List<String> names() {
    return new ArrayList<>(families.keySet());
  }

  private void release(Held held) {
    used -= held.point.weight();
    budget.giveBack(held.point.weight());
  }
}
