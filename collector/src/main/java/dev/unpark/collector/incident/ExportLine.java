package dev.unpark.collector.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One line of an export. Fields that this version does not know are passed over; what it needs and
 * does not find is told with file, line and field.
 */
final class ExportLine {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String where;
  private final JsonNode json;

  private ExportLine(String where, JsonNode json) {
    this.where = where;
    this.json = json;
  }

  /**
   * @param where file and line, for a complaint
   */
  static ExportLine of(String where, String text) throws BadExport {
    try {
      JsonNode json = MAPPER.readTree(text);
      if (json != null && json.isObject()) {
        return new ExportLine(where, json);
      }
    } catch (JsonProcessingException malformed) {
      // told below
    }
    throw new BadExport(where + " is not one object of JSON", text, "{\"id\": …}");
  }

  /** The incident, without its evidence. */
  Incident incident() throws BadExport {
    List<Incident.Affected> instances = new ArrayList<>();
    for (ExportLine each : each("instances")) {
      instances.add(
          new Incident.Affected(
              each.text("instance"), each.time("since"), each.timeOrNull("ended")));
    }
    List<Incident.Event> events = new ArrayList<>();
    for (ExportLine each : each("events")) {
      events.add(
          new Incident.Event(
              each.time("at"), each.read("kind", Incident.Kind::of), each.text("detail")));
    }
    return new Incident(
        id("id"),
        text("service"),
        text("signature"),
        text("type"),
        read("severity", text -> labelled(Severity.values(), Severity::label, text)),
        read("certainty", text -> labelled(Certainty.values(), Certainty::label, text)),
        text("headline"),
        time("openedAt"),
        time("updatedAt"),
        timeOrNull("closedAt"),
        timeOrNull("acknowledgedAt"),
        text("acknowledgedBy"),
        finding(),
        instances,
        events);
  }

  private String finding() throws BadExport {
    JsonNode finding = json.path("finding");
    if (!finding.isObject()) {
      throw wrong("finding", "an object");
    }
    return finding.toString();
  }

  /** The files that belong to that incident. */
  List<EvidenceFile> evidence(String incident) throws BadExport {
    List<EvidenceFile> files = new ArrayList<>();
    for (ExportLine each : each("evidence")) {
      files.add(
          new EvidenceFile(
              each.id("id"),
              incident,
              each.read("kind", EvidenceFile.Kind::ofLabel),
              each.text("name"),
              each.text("instance"),
              each.time("addedAt"),
              each.number("bytes"),
              each.text("sha256")));
    }
    return files;
  }

  SeenJvm jvm() throws BadExport {
    return new SeenJvm(
        text("service"),
        text("instance"),
        text("jdk"),
        text("host"),
        json.has("pid") ? number("pid") : JvmIdentity.UNKNOWN_PID,
        time("firstSeen"),
        time("lastSeen"));
  }

  /** What names something else in the file or the database: nothing that a path is made of. */
  private String id(String field) throws BadExport {
    String id = text(field);
    if (!id.matches("[A-Za-z0-9-]{1,64}")) {
      throw wrong(field, "1 to 64 letters, digits and dashes");
    }
    return id;
  }

  String text(String field) throws BadExport {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw wrong(field, "a text");
    }
    return value.asText();
  }

  long number(String field) throws BadExport {
    JsonNode value = json.path(field);
    if (!value.canConvertToExactIntegral() || !value.canConvertToLong() || value.asLong() < 0) {
      throw wrong(field, "a whole number, 0 or more");
    }
    return value.asLong();
  }

  private Instant time(String field) throws BadExport {
    Instant time = timeOrNull(field);
    if (time == null) {
      throw wrong(field, "a time such as 2026-01-31T12:00:00Z");
    }
    return time;
  }

  private @Nullable Instant timeOrNull(String field) throws BadExport {
    JsonNode value = json.path(field);
    if (value.isNull()) {
      return null;
    }
    return read(
        field,
        text -> {
          try {
            return Instant.ofEpochMilli(Instant.parse(text).toEpochMilli());
          } catch (DateTimeException | ArithmeticException unreadable) {
            throw new IllegalArgumentException("a time such as 2026-01-31T12:00:00Z", unreadable);
          }
        });
  }

  private <T> T read(String field, Function<String, T> reading) throws BadExport {
    try {
      return reading.apply(text(field));
    } catch (IllegalArgumentException unknown) {
      throw wrong(field, String.valueOf(unknown.getMessage()));
    }
  }

  private static <T> T labelled(T[] values, Function<T, String> label, String wanted) {
    List<String> known = new ArrayList<>();
    for (T value : values) {
      if (label.apply(value).equals(wanted)) {
        return value;
      }
      known.add(label.apply(value));
    }
    throw new IllegalArgumentException("one of " + String.join(", ", known));
  }

  private List<ExportLine> each(String field) throws BadExport {
    JsonNode array = json.path(field);
    if (!array.isArray()) {
      throw wrong(field, "a list");
    }
    List<ExportLine> each = new ArrayList<>();
    for (JsonNode element : array) {
      each.add(new ExportLine(where + ", " + field + "[" + each.size() + "]", element));
    }
    return each;
  }

  private BadExport wrong(String field, String expected) {
    JsonNode value = json.path(field);
    return new BadExport(
        "%s: '%s' cannot be used".formatted(where, field),
        value.isMissingNode() ? "nothing" : value.toString(),
        expected);
  }
}
