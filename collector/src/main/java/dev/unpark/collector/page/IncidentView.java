package dev.unpark.collector.page;

import dev.unpark.collector.incident.Incident;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.MarkdownReport;
import dev.unpark.diagnosis.report.Pairs;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.diagnosis.report.html.WaitPicture;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the page of an incident shows beyond the incident itself. */
final class IncidentView {
  private static final int PAIRS_SHOWN = 30;

  private IncidentView() {}

  /** The picture, the stacks side by side, and all of it as Markdown. */
  static String json(Incident incident, long reporting) {
    @Nullable Finding finding = FindingReader.read(incident.finding()).orElse(null);
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("picture").value(finding == null ? "" : WaitPicture.of(finding));
    json.name("markdown").value(finding == null ? "" : markdown(incident, finding, reporting));
    json.name("pairs").beginArray();
    List<Pairs.Pair> pairs = finding == null ? List.of() : Pairs.of(finding);
    for (Pairs.Pair pair : pairs.subList(0, Math.min(PAIRS_SHOWN, pairs.size()))) {
      json.beginObject();
      participant(json.name("waiter"), pair.waiter());
      Participant owner = pair.owner();
      if (owner != null) {
        participant(json.name("owner"), owner);
      }
      json.name("alike").value(pair.alike());
      json.endObject();
    }
    json.endArray();
    json.name("pairsLeftOut").value(Math.max(0, pairs.size() - PAIRS_SHOWN));
    return json.endObject().toString();
  }

  private static void participant(JsonWriter json, Participant participant) {
    json.beginObject();
    json.name("id").value(participant.thread().id());
    json.name("name").value(participant.thread().name());
    json.name("virtual").value(participant.thread().virtual());
    json.name("state").value(participant.thread().state().name());
    json.name("role").value(participant.role().label());
    stack(json, participant.thread().stack());
    json.endObject();
  }

  /** Frames, each with whether it is the JDK's, and which one is the user's own innermost. */
  static void stack(JsonWriter json, List<String> stack) {
    json.name("stack").strings(stack);
    json.name("own").value(stack.indexOf(Frames.ownFrame(stack)));
    json.name("jdk").beginArray();
    stack.forEach(frame -> json.value(Frames.isJdk(frame)));
    json.endArray();
  }

  private static String markdown(Incident incident, Finding finding, long reporting) {
    String heading =
        "%s: %d of %d instances%s"
            .formatted(
                incident.service(),
                incident.affectedNow(),
                Math.max(reporting, incident.affectedNow()),
                incident.isOpen() ? "" : ", over");
    Observation nothingElse =
        new Observation(
            finding.jvm(),
            finding.observedAt(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    Subject subject =
        new Subject(
            incident.service(),
            heading,
            nothingElse,
            List.of(finding),
            List.of(),
            List.of(),
            List.of(),
            0);
    return new MarkdownReport(ZoneOffset.UTC)
        .render(new Report("", List.of(), List.of(subject), List.of()));
  }
}
