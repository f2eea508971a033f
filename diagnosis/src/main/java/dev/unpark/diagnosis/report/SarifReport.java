package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Frames;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The report as SARIF 2.1.0, for whatever collects the results of analysers.
 *
 * <p>A result stands where the dump shows its first participant, the others are related locations,
 * each participant's stack is a stack. Accepted findings are results that are suppressed.
 */
public final class SarifReport {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private SarifReport() {}

  /** The report as one SARIF log with one run, on one line. */
  public static String render(Report report) {
    List<String> rules = rules(report);
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("$schema").value(SCHEMA);
    json.name("version").value("2.1.0");
    json.name("runs").beginArray().beginObject();
    tool(json, report, rules);
    invocation(json, report);
    json.name("columnKind").value("utf16CodeUnits");
    json.name("results").beginArray();
    for (Subject subject : report.subjects()) {
      subject.findings().forEach(finding -> result(json, finding, rules, false));
      subject.accepted().forEach(finding -> result(json, finding, rules, true));
    }
    json.endArray();
    json.endObject().endArray().endObject();
    return json + "\n";
  }

  private static List<String> rules(Report report) {
    Set<String> rules = new LinkedHashSet<>(report.checks());
    for (Subject subject : report.subjects()) {
      subject.findings().forEach(finding -> rules.add(finding.type()));
      subject.accepted().forEach(finding -> rules.add(finding.type()));
    }
    return List.copyOf(rules);
  }

  private static void tool(JsonWriter json, Report report, List<String> rules) {
    json.name("tool").beginObject().name("driver").beginObject();
    json.name("name").value("Unpark");
    json.name("version").value(report.version());
    json.name("rules").beginArray();
    for (String rule : rules) {
      json.beginObject();
      json.name("id").value(rule);
      json.name("shortDescription").beginObject();
      json.name("text").value(rule.replace('-', ' ')).endObject();
      json.name("help").beginObject();
      json.name("text").value("see docs/runbooks/" + rule + ".md").endObject();
      json.endObject();
    }
    json.endArray().endObject().endObject();
  }

  private static void invocation(JsonWriter json, Report report) {
    json.name("invocations").beginArray().beginObject();
    json.name("executionSuccessful").value(report.complaints().isEmpty());
    json.name("toolExecutionNotifications").beginArray();
    for (Complaint complaint : report.complaints()) {
      json.beginObject();
      json.name("level").value("error");
      json.name("message").beginObject().name("text").value(complaint.render().strip()).endObject();
      json.endObject();
    }
    json.endArray().endObject().endArray();
  }

  private static void result(JsonWriter json, Finding finding, List<String> rules, boolean known) {
    json.beginObject();
    json.name("ruleId").value(finding.type());
    json.name("ruleIndex").value(rules.indexOf(finding.type()));
    json.name("kind").value("fail");
    json.name("level").value(level(finding.severity()));
    json.name("message").beginObject().name("text").value(message(finding)).endObject();
    locations(json, finding.participants());
    json.name("stacks").beginArray();
    for (Participant participant : finding.participants()) {
      stack(json, participant);
    }
    json.endArray();
    json.name("partialFingerprints").beginObject();
    json.name("unparkFinding/v1").value(finding.id()).endObject();
    if (known) {
      json.name("suppressions").beginArray().beginObject();
      json.name("kind").value("external");
      json.name("justification").value("accepted by the baseline");
      json.endObject().endArray();
    }
    json.name("properties").beginObject();
    json.name("certainty").value(finding.certainty().label());
    json.name("state").value(finding.state().label());
    json.name("service").value(finding.jvm().service());
    json.endObject();
    json.endObject();
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "error";
      case WARNING -> "warning";
      case ADVICE -> "note";
    };
  }

  private static String message(Finding finding) {
    List<String> lines = new ArrayList<>();
    lines.add(finding.certainty().label() + ": " + finding.headline() + ".");
    lines.addAll(finding.explanation());
    for (NextStep step : finding.nextSteps()) {
      lines.add(step.kind().label() + ": " + step.text());
    }
    finding.limits().forEach(limit -> lines.add("not seen: " + limit));
    return String.join("\n", lines);
  }

  /** The first participant's place is the result's, the others' are related to it. */
  private static void locations(JsonWriter json, List<Participant> participants) {
    json.name("locations").beginArray();
    if (!participants.isEmpty()) {
      location(json, participants.get(0), 0);
    }
    json.endArray();
    json.name("relatedLocations").beginArray();
    for (int i = 1; i < participants.size(); i++) {
      location(json, participants.get(i), i);
    }
    json.endArray();
  }

  private static void location(JsonWriter json, Participant participant, int id) {
    json.beginObject();
    json.name("id").value(id);
    Evidence evidence = participant.thread().evidence();
    if (evidence != null && !evidence.source().isEmpty()) {
      json.name("physicalLocation").beginObject();
      json.name("artifactLocation").beginObject();
      json.name("uri").value(uri(evidence.source())).endObject();
      json.name("region").beginObject();
      json.name("startLine").value(evidence.from());
      json.name("endLine").value(evidence.to()).endObject();
      json.endObject();
    }
    json.name("logicalLocations").beginArray().beginObject();
    json.name("name").value(participant.thread().name());
    json.name("fullyQualifiedName").value(Frames.ownFrame(participant.thread().stack()));
    json.endObject().endArray();
    json.name("message").beginObject();
    json.name("text").value(participant.role().label() + " " + participant.thread().name());
    json.endObject();
    json.endObject();
  }

  private static void stack(JsonWriter json, Participant participant) {
    json.beginObject();
    json.name("message").beginObject();
    json.name("text").value(participant.thread().name()).endObject();
    json.name("frames").beginArray();
    for (String frame : participant.thread().stack()) {
      json.beginObject().name("location").beginObject();
      json.name("logicalLocations").beginArray().beginObject();
      json.name("fullyQualifiedName").value(frame);
      json.endObject().endArray().endObject().endObject();
    }
    json.endArray().endObject();
  }

  /** A path as a URI reference: relative stays relative, what a URI may not hold is escaped. */
  static String uri(String path) {
    String slashes = path.replace('\\', '/');
    boolean drive = slashes.matches("[A-Za-z]:/.*");
    boolean absolute = drive || slashes.startsWith("/");
    try {
      // As part of an absolute one, since a colon would make the start of a relative one a scheme.
      String whole = slashes.startsWith("/") ? slashes : "/" + slashes;
      String uri = new URI("file", "", whole, null).toASCIIString();
      if (absolute) {
        return uri;
      }
      String relative = uri.substring("file:///".length());
      int colon = relative.indexOf(':');
      int slash = relative.indexOf('/');
      return colon >= 0 && (slash < 0 || colon < slash) ? "./" + relative : relative;
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("every path can be escaped: " + path, impossible);
    }
  }
}
