package dev.unpark.cli;

import dev.unpark.diagnosis.detect.Words;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.diagnosis.report.Printable;
import dev.unpark.diagnosis.series.Comparison;
import dev.unpark.diagnosis.timeline.Stretch;
import dev.unpark.dumps.judge.Diagnosis;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What changed from the first look at a JVM to the last. */
final class ComparisonSupplement implements Supplement {
  private static final int SHOWN = 5;
  private static final int LABEL = 12;

  private final DateTimeFormatter clock;
  private final boolean verbose;

  ComparisonSupplement(ZoneId zone, boolean verbose) {
    this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    this.verbose = verbose;
  }

  @Override
  public String text(List<Diagnosis> diagnoses, @Nullable Mask mask) {
    StringBuilder out = new StringBuilder();
    for (Comparison comparison : comparisons(diagnoses)) {
      append(comparison, out);
    }
    for (Diagnosis diagnosis : diagnoses) {
      int looks = diagnosis.looks().size();
      if (looks > 1 && diagnosis.series().size() < 2) {
        out.append(
            Printable.text(
                "not compared: of the %d dumps in %s no two are whole and of one form"
                    .formatted(looks, String.join(", ", diagnosis.sources()))));
        out.append("\n\n");
      }
    }
    return out.toString();
  }

  private static List<Comparison> comparisons(List<Diagnosis> diagnoses) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Diagnosis diagnosis : diagnoses) {
      List<Observation> looks = diagnosis.series();
      if (looks.size() > 1) {
        comparisons.add(Comparison.of(looks));
      }
    }
    return comparisons;
  }

  private void append(Comparison c, StringBuilder out) {
    out.append(
        String.format(
            Locale.ROOT,
            "from %s to %s: %d looks within %.1f s\n\n",
            clock.format(c.from()),
            clock.format(c.to()),
            c.looks(),
            c.span().toMillis() / 1000.0));
    line(
        out,
        "threads",
        "%d came, %d ended, %d idle".formatted(c.came().size(), c.ended().size(), c.idle()));
    limited(c.pools()).forEach(p -> line(out, "pool", p.name() + change(p.before(), p.after())));
    kinds(c.came()).forEach((kind, n) -> line(out, "came", n + " of \"" + kind + "\""));
    kinds(c.ended()).forEach((kind, n) -> line(out, "ended", n + " of \"" + kind + "\""));
    for (Comparison.StuckGroup group : limited(c.stuck())) {
      line(
          out,
          "stood still",
          Words.kinds(group.threads())
              + " at "
              + Frames.brief(Frames.ownFrame(group.stack()))
              + (group.cpuKnown() ? "" : " (processor time unknown)"));
    }
    limited(c.busy()).forEach(stretch -> line(out, "busy", busy(stretch)));
    for (Comparison.QueueChange queue : limited(c.queues())) {
      line(out, "queue", name(queue.lock()) + change(queue.before(), queue.after()));
    }
    for (Comparison.MovedWait moved : limited(c.movedWaits())) {
      line(
          out,
          "moved on",
          "%d from %s to %s".formatted(moved.threads(), name(moved.from()), name(moved.to())));
    }
    c.limits().forEach(limit -> line(out, "not seen", limit));
    out.append('\n');
  }

  private <T> List<T> limited(List<T> list) {
    return list.subList(0, Math.min(shown(), list.size()));
  }

  private int shown() {
    return verbose ? Integer.MAX_VALUE : SHOWN;
  }

  private Map<String, Integer> kinds(List<ObservedThread> threads) {
    Map<String, Integer> kinds = new LinkedHashMap<>();
    threads.forEach(t -> kinds.merge(Frames.namePattern(Words.name(t)), 1, Integer::sum));
    Map<String, Integer> first = new LinkedHashMap<>();
    kinds.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(shown())
        .forEach(kind -> first.put(kind.getKey(), kind.getValue()));
    return first;
  }

  private static String busy(Stretch stretch) {
    return String.format(
        Locale.ROOT,
        "%s  %.0f %% of a processor, at %s",
        Words.name(stretch.now()),
        100 * stretch.cpuShare(),
        Words.place(stretch.now()));
  }

  private static String change(int before, int after) {
    return String.format(Locale.ROOT, "  %d -> %d (%+d)", before, after, after - before);
  }

  private static String name(Resource lock) {
    String label = Words.labels(List.of(lock)).getOrDefault(lock.id(), lock.className());
    return lock.site().isEmpty() ? label : label + " at " + Frames.brief(lock.site());
  }

  private static void line(StringBuilder out, String label, String text) {
    out.append("  ")
        .append(label)
        .append(" ".repeat(LABEL - label.length()))
        .append(Printable.text(text))
        .append('\n');
  }

  @Override
  public void json(JsonWriter json, List<Diagnosis> diagnoses, @Nullable Mask mask) {
    json.name("comparisons").beginArray();
    for (Comparison c : comparisons(diagnoses)) {
      json.beginObject();
      json.name("from").value(c.from().toString());
      json.name("to").value(c.to().toString());
      json.name("looks").value(c.looks());
      json.name("idle").value(c.idle());
      threads(json.name("came"), c.came());
      threads(json.name("ended"), c.ended());
      json.name("stuck").beginArray();
      for (Comparison.StuckGroup group : c.stuck()) {
        json.beginObject();
        threads(json.name("threads"), group.threads());
        json.name("cpuKnown").value(group.cpuKnown());
        json.name("stack").strings(group.stack());
        json.endObject();
      }
      json.endArray();
      json.name("busy").beginArray();
      for (Stretch stretch : c.busy()) {
        json.beginObject().name("thread");
        thread(json, stretch.now());
        json.name("cpuNanos").value(stretch.cpuNanos());
        json.name("stack").strings(stretch.now().stack()).endObject();
      }
      json.endArray();
      json.name("pools").beginArray();
      for (Comparison.PoolChange pool : c.pools()) {
        json.beginObject().name("name").value(pool.name());
        json.name("before").value(pool.before()).name("after").value(pool.after()).endObject();
      }
      json.endArray();
      json.name("queues").beginArray();
      for (Comparison.QueueChange queue : c.queues()) {
        json.beginObject();
        lock(json, queue.lock());
        json.name("before").value(queue.before()).name("after").value(queue.after()).endObject();
      }
      json.endArray();
      json.name("movedWaits").beginArray();
      for (Comparison.MovedWait moved : c.movedWaits()) {
        json.beginObject().name("threads").value(moved.threads());
        json.name("from").beginObject();
        lock(json, moved.from());
        json.endObject().name("to").beginObject();
        lock(json, moved.to());
        json.endObject().endObject();
      }
      json.endArray();
      json.name("limits").strings(c.limits());
      json.endObject();
    }
    json.endArray();
  }

  private static void threads(JsonWriter json, List<ObservedThread> threads) {
    json.beginArray();
    threads.forEach(thread -> thread(json, thread));
    json.endArray();
  }

  private static void thread(JsonWriter json, ObservedThread thread) {
    json.beginObject().name("id").value(thread.id()).name("name").value(thread.name()).endObject();
  }

  private static void lock(JsonWriter json, Resource lock) {
    json.name("class").value(lock.className()).name("site").value(lock.site());
  }
}
