package dev.unpark.collector.page;

import dev.unpark.collector.incident.FindingReader;
import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentMarkdown;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.Pairs;
import dev.unpark.diagnosis.report.html.WaitPicture;
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
    json.name("markdown").value(IncidentMarkdown.of(incident, reporting));
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
}
