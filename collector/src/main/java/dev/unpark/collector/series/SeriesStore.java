package dev.unpark.collector.series;

import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
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
  /** An older point that comes so long after a newer one did not overtake: a clock was set back. */
  private static final Duration OVERTAKEN = Duration.ofMinutes(1);

  /** Labels as long as this take as much memory as a series by itself. */
  private static final int CHARACTERS_PER_SERIES = 256;

  private final SeriesBudget budget;
  private final int limit;
  private final Map<String, Map<Labels, Held>> families = new HashMap<>();
  private final Map<String, Family> descriptions = new HashMap<>();
  private int used;
  private boolean closed;

  /** What became of a point. */
  public enum Put {
    TAKEN,
    /** The JVM, or all together, have as many series as they may. */
    FULL,
    /** The metric is held as another type, or its spelling by another metric. */
    CONFLICT
  }

  /**
   * A series as it is held.
   *
   * @param time of the point, nanoseconds since 1970, by the sender's clock
   * @param received when it came, by ours
   * @param weight how many series it counts as
   */
  private record Held(long time, Instant received, Point point, int weight) {}

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
    if (known != null
        && (known.type() != family.type() || !known.metric().equals(family.metric()))) {
      return Put.CONFLICT;
    }
    Map<Labels, Held> series = families.get(family.name());
    Held held = series == null ? null : series.get(labels);
    if (held != null && held.time > time && received.isBefore(held.received.plus(OVERTAKEN))) {
      return Put.TAKEN;
    }
    int ofLabels = held == null ? weight(labels) : held.weight - held.point.weight();
    int weight = point.weight() + ofLabels;
    int more = held == null ? weight : weight - held.weight;
    if (closed || more > 0 && (used + more > limit || !budget.take(more))) {
      return Put.FULL;
    }
    if (more < 0) {
      budget.giveBack(-more);
    }
    used += more;
    descriptions.put(family.name(), family);
    families
        .computeIfAbsent(family.name(), name -> new HashMap<>())
        .put(labels, new Held(time, received, point, weight));
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

  /** Drops every series for good: whoever still holds the store cannot put into it any more. */
  public synchronized void close() {
    closed = true;
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

  private static int weight(Labels labels) {
    int characters = 0;
    for (Label label : labels) {
      characters += label.getName().length() + label.getValue().length();
    }
    return characters / CHARACTERS_PER_SERIES;
  }

  private void release(Held held) {
    used -= held.weight;
    budget.giveBack(held.weight);
  }
}
