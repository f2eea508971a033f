package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.FindingJson;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.UnreadLine;
import java.time.temporal.ChronoUnit;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The answer for programs: one object on one line, also when nothing is found. */
public final class JsonReport {
  /** For each dump that was joined, where the other one stands. */
  private final Map<Dump, String> joinedWith = new IdentityHashMap<>();

  /**
   * @param diagnoses which tell what was joined
   */
  public JsonReport(List<Diagnosis> diagnoses) {
    for (Diagnosis diagnosis : diagnoses) {
      for (Pairing.Pair pair : diagnosis.pairing().pairs()) {
        joinedWith.put(pair.print(), pair.file().lines().source());
        joinedWith.put(pair.file(), pair.print().lines().source());
      }
    }
  }

  public String render(List<Input> inputs, Report report, Consumer<JsonWriter> more) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("inputs").beginArray();
    for (Input input : inputs) {
      input(json, input);
    }
    json.endArray();
    json.name("findings").beginArray();
    for (Subject subject : report.subjects()) {
      subject.findings().forEach(finding -> FindingJson.write(json, finding));
    }
    json.endArray();
    json.name("accepted").beginArray();
    for (Subject subject : report.subjects()) {
      subject.accepted().forEach(finding -> json.value(finding.id()));
    }
    json.endArray();
    more.accept(json);
    json.endObject();
    return json + "\n";
  }

  private void input(JsonWriter json, Input input) {
    DumpFile file = input.file();
    Complaint complaint = input.complaint();
    json.beginObject();
    json.name("path").value(input.path());
    json.name("form").value(file == null ? "unknown" : file.form().label());
    json.name("jdk").value(file == null ? "" : file.jdk());
    json.name("dumps").beginArray();
    if (file != null) {
      file.dumps().forEach(dump -> dump(json, dump));
    }
    json.endArray();
    if (complaint != null) {
      json.name("problem").beginObject();
      json.name("headline").value(complaint.headline());
      json.name("found").value(complaint.found());
      json.name("expected").value(complaint.expected());
      json.name("try").value(complaint.next());
      json.endObject();
    }
    json.endObject();
  }

  private void dump(JsonWriter json, Dump dump) {
    json.beginObject();
    if (dump.timeKnown()) {
      json.name("time").value(dump.observation().time().truncatedTo(ChronoUnit.MILLIS).toString());
    }
    json.name("form").value(dump.form().label());
    String other = joinedWith.get(dump);
    if (other != null) {
      json.name("joinedWith").value(other.isEmpty() ? "-" : other);
    }
    json.name("threads").value(dump.threadCount());
    json.name("truncated").value(dump.truncated());
    json.name("unreadLines").value(dump.unreadCount());
    json.name("unread").beginArray();
    for (UnreadLine line : dump.unreadLines()) {
      json.beginObject();
      json.name("line").value(line.line());
      json.name("text").value(line.text());
      json.name("expected").value(line.expected());
      json.endObject();
    }
    json.endArray();
    json.name("limits").strings(dump.observation().limits());
    json.endObject();
  }
}
