package dev.unpark.cli;

import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.diagnosis.report.Printable;
import dev.unpark.dumps.RecordedWaits;
import dev.unpark.dumps.Recording;
import dev.unpark.dumps.judge.Diagnosis;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where threads waited while it was recorded: tables with what cost most first. */
final class RecordingSupplement implements Supplement {
  private static final int SHOWN = 10;
  private static final int SHOWN_VERBOSELY = 100;

  private final List<Recording> recordings;
  private final DateTimeFormatter clock;
  private final int shown;

  RecordingSupplement(List<Recording> recordings, ZoneId zone, boolean verbose) {
    this.recordings = recordings;
    this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    this.shown = verbose ? SHOWN_VERBOSELY : SHOWN;
  }

  /** One table: its name in JSON, its title, its rows, and what a row is about. */
  private record Table(
      String key,
      String title,
      List<RecordedWaits> rows,
      Function<RecordedWaits, String> subject) {}

  private static List<Table> tables(Recording recording, @Nullable Mask mask) {
    Masked masked = new Masked(mask);
    Function<RecordedWaits, String> lock = masked::lock;
    Function<RecordedWaits, String> place = row -> masked.lock(row) + " at " + masked.site(row);
    List<Table> tables = new ArrayList<>();
    tables.add(new Table("locks", "locks, by time waited", recording.locks(), lock));
    tables.add(new Table("sites", "places that waited for a lock", recording.sites(), place));
    tables.add(
        new Table("owners", "threads that held a monitor", recording.owners(), masked::owner));
    tables.add(
        new Table("signals", "waits for a signal, a task, an element", recording.signals(), place));
    tables.add(new Table("pinnings", "pinned virtual threads", recording.pinnings(), place));
    tables.add(new Table("sleeps", "sleeps", recording.sleeps(), masked::site));
    return tables;
  }

  /** The names in a row, hidden when they are to be. */
  private record Masked(@Nullable Mask mask) {
    String lock(RecordedWaits row) {
      String type = mask == null ? row.className() : mask.className(row.className());
      String simple = type.substring(type.lastIndexOf('.') + 1);
      return simple.isEmpty() ? row.kind().label() : simple + " (" + row.kind().label() + ")";
    }

    String site(RecordedWaits row) {
      String site = frame(row.site());
      return site.isEmpty() ? "an unknown place" : Frames.brief(site);
    }

    String owner(RecordedWaits row) {
      String owner = thread(row.owner());
      return owner.isEmpty() ? "an unknown thread" : owner;
    }

    String thread(String name) {
      return mask == null ? name : mask.threadName(name);
    }

    String frame(String frame) {
      return mask == null ? frame : mask.frame(frame);
    }
  }

  @Override
  public String text(List<Diagnosis> diagnoses, @Nullable Mask mask) {
    StringBuilder out = new StringBuilder();
    for (Recording recording : recordings) {
      append(recording, mask, out);
    }
    return out.toString();
  }

  private void append(Recording recording, @Nullable Mask mask, StringBuilder out) {
    String source = mask == null ? recording.source() : mask.source(recording.source());
    String jdk =
        recording.jvm().jdk().isEmpty() ? "" : ", JDK " + Printable.text(recording.jvm().jdk());
    out.append(
        String.format(
            Locale.ROOT,
            "%s%s, recorded for %s from %s, %,d %s, %d %s\n\n",
            Printable.text(source),
            jdk,
            time(recording.duration()),
            clock.format(recording.start()),
            recording.eventCount(),
            recording.eventCount() == 1 ? "event" : "events",
            recording.dumps().size(),
            recording.dumps().size() == 1 ? "thread dump" : "thread dumps"));
    tables(recording, mask).forEach(table -> append(table, out));
    churn(recording, mask, out);
    for (String limit : recording.limits()) {
      out.append("not seen ").append(Printable.text(limit)).append('\n');
    }
    if (recording.isTorn()) {
      out.append("not seen the end of the file: it is torn\n");
    }
    out.append('\n');
  }

  private void append(Table table, StringBuilder out) {
    if (table.rows().isEmpty()) {
      return;
    }
    out.append(table.title()).append("\n       time   waits   longest  threads\n");
    for (RecordedWaits row : table.rows().subList(0, Math.min(shown, table.rows().size()))) {
      out.append(
          String.format(
              Locale.ROOT,
              "  %9s %7d %9s %8d  %s\n",
              time(row.total()),
              row.count(),
              time(row.longest()),
              row.threads(),
              Printable.text(table.subject().apply(row))));
    }
    if (table.rows().size() > shown) {
      out.append("  and ").append(table.rows().size() - shown).append(" more, see -v\n");
    }
    out.append('\n');
  }

  private void churn(Recording recording, @Nullable Mask mask, StringBuilder out) {
    if (recording.threads().isEmpty()) {
      return;
    }
    out.append("threads that came and went\n    started    ended\n");
    for (Recording.ThreadChurn kind : recording.threads().stream().limit(shown).toList()) {
      String name = mask == null ? kind.name() : mask.namePattern(kind.name());
      out.append(
          String.format(
              Locale.ROOT,
              "  %9d %8d  %s%s\n",
              kind.started(),
              kind.ended(),
              Printable.text(name.isEmpty() ? "(no name)" : name),
              kind.virtual() ? ", virtual" : ""));
    }
    out.append('\n');
  }

  private static String time(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    return millis < 1000
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  @Override
  public void json(JsonWriter json, List<Diagnosis> diagnoses, @Nullable Mask mask) {
    json.name("recordings").beginArray();
    for (Recording recording : recordings) {
      String source = mask == null ? recording.source() : mask.source(recording.source());
      json.beginObject();
      json.name("path").value(source);
      json.name("start").value(recording.start().toString());
      json.name("end").value(recording.end().toString());
      json.name("events").value(recording.eventCount());
      json.name("torn").value(recording.isTorn());
      for (Table table : tables(recording, mask)) {
        json.name(table.key()).beginArray();
        table.rows().forEach(row -> row(json, table, row, new Masked(mask)));
        json.endArray();
      }
      json.name("threads").beginArray();
      for (Recording.ThreadChurn kind : recording.threads()) {
        json.beginObject();
        json.name("name").value(mask == null ? kind.name() : mask.namePattern(kind.name()));
        json.name("virtual").value(kind.virtual());
        json.name("started").value(kind.started()).name("ended").value(kind.ended()).endObject();
      }
      json.endArray();
      json.name("submitFailures").value(recording.submitFailures());
      json.name("limits").strings(recording.limits());
      json.endObject();
    }
    json.endArray();
  }

  private static void row(JsonWriter json, Table table, RecordedWaits row, Masked masked) {
    json.beginObject();
    json.name("subject").value(table.subject().apply(row));
    json.name("kind").value(row.kind().label());
    json.name("site").value(row.site().isEmpty() ? "" : masked.site(row));
    json.name("count").value(row.count());
    json.name("threads").value(row.threads());
    json.name("totalNanos").value(row.total().toNanos());
    json.name("longestNanos").value(row.longest().toNanos());
    json.name("longestThread").value(masked.thread(row.longestThread()));
    json.name("stack").strings(row.stack().stream().map(masked::frame).toList());
    json.endObject();
  }
}
