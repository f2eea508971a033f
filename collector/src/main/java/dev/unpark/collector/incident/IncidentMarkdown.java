package dev.unpark.collector.incident;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.report.MarkdownReport;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import java.time.ZoneOffset;
import java.util.List;

/** An incident as Markdown, to be pasted where people talk about it. */
public final class IncidentMarkdown {
  private IncidentMarkdown() {}

  /**
   * The argument of its finding, with the command line's words; a line that says so when another
   * version wrote it in a way that this one cannot read.
   *
   * @param reporting how many instances of the service report now
   */
  public static String of(Incident incident, long reporting) {
    return FindingReader.read(incident.finding())
        .map(finding -> rendered(incident, finding, reporting))
        .orElse("The finding of incident %s cannot be read.\n".formatted(incident.id()));
  }

  private static String rendered(Incident incident, Finding finding, long reporting) {
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
