package dev.unpark.collector.incident;

import dev.unpark.diagnosis.report.JsonWriter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An incident as JSON. */
public final class IncidentJson {
  private IncidentJson() {}

  /**
   * All of it but instances, events and the finding.
   *
   * @param reporting how many instances of the service report now
   */
  public static void head(JsonWriter json, Incident incident, long reporting) {
    json.name("id").value(incident.id());
    json.name("service").value(incident.service());
    json.name("signature").value(incident.signature());
    json.name("type").value(incident.type());
    json.name("state").value(incident.isOpen() ? "open" : "closed");
    json.name("severity").value(incident.severity().label());
    json.name("certainty").value(incident.certainty().label());
    json.name("headline").value(incident.headline());
    json.name("runbook").value("docs/runbooks/" + incident.type() + ".md");
    json.name("openedAt").value(incident.openedAt().toString());
    json.name("updatedAt").value(incident.updatedAt().toString());
    json.name("closedAt").value(text(incident.closedAt()));
    json.name("acknowledgedAt").value(text(incident.acknowledgedAt()));
    json.name("acknowledgedBy").value(incident.acknowledgedBy());
    json.name("affected").value(incident.affectedNow());
    json.name("reporting").value(Math.max(reporting, incident.affectedNow()));
  }

  /** All of it, without files. */
  public static String whole(Incident incident, long reporting) {
    return whole(incident, reporting, List.of());
  }

  /** All of it. */
  public static String whole(Incident incident, long reporting, List<EvidenceFile> files) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    head(json, incident, reporting);
    json.name("instances").beginArray();
    for (Incident.Affected affected : incident.instances()) {
      json.beginObject();
      json.name("instance").value(affected.instance());
      json.name("since").value(affected.since().toString());
      json.name("ended").value(text(affected.ended()));
      json.endObject();
    }
    json.endArray();
    json.name("events").beginArray();
    for (Incident.Event event : incident.events()) {
      json.beginObject();
      json.name("at").value(event.at().toString());
      json.name("kind").value(event.kind().label());
      json.name("detail").value(event.detail());
      json.endObject();
    }
    json.endArray();
    json.name("evidence").beginArray();
    files.forEach(file -> evidence(json, file));
    json.endArray();
    json.endObject();
    // The finding is JSON already, as it was when it was kept.
    String head = json.toString();
    return head.substring(0, head.length() - 1) + ",\"finding\":" + incident.finding() + "}";
  }

  /** A file, without its content, as the next value. */
  public static void evidence(JsonWriter json, EvidenceFile file) {
    json.beginObject();
    json.name("id").value(file.id());
    json.name("kind").value(file.kind().label());
    json.name("name").value(file.name());
    json.name("instance").value(file.instance());
    json.name("addedAt").value(file.addedAt().toString());
    json.name("bytes").value(file.bytes());
    json.name("sha256").value(file.sha256());
    json.endObject();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
