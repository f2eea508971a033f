package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.report.FindingJson;
import dev.unpark.diagnosis.report.FindingText;
import dev.unpark.diagnosis.report.MarkdownReport;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.SarifReport;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.diagnosis.report.html.HtmlReport;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What every finding of a dump owes its reader, whatever detector it is from: who takes part, the
 * lines of the dump that say so, the chain in words, and all of it in every form of report.
 */
public final class TiedToEvidence {
  private TiedToEvidence() {}

  /** Fails unless the finding is an argument that can be checked against the dump. */
  public static void check(Finding finding, Observation look) {
    String what = finding.type() + ": " + finding.headline();
    assertThat(finding.participants()).as(what).isNotEmpty();
    assertThat(finding.explanation()).as(what).isNotEmpty();
    assertThat(finding.nextSteps())
        .as(what)
        .extracting(NextStep::kind)
        .contains(NextStep.Kind.NOW, NextStep.Kind.CAUSE, NextStep.Kind.FIX);
    String chain = finding.headline() + String.join("\n", finding.explanation());
    assertThat(finding.participants())
        .as("somebody is named in '%s'", chain)
        .anyMatch(participant -> isNamed(participant, chain));
    inEveryForm(finding, look, what);
  }

  private static boolean isNamed(Participant participant, String chain) {
    String name = participant.thread().name();
    return name.isBlank() || chain.contains(name) || chain.contains(Frames.namePattern(name));
  }

  private static void inEveryForm(Finding finding, Observation look, String what) {
    Subject subject =
        new Subject("a", "a", look, List.of(finding), List.of(), List.of(), List.of(), 0);
    Report report = new Report("1.0", List.of(), List.of(subject), List.of());
    String text = new FindingText(ZoneOffset.UTC, true).render(finding);
    String markdown = new MarkdownReport(ZoneOffset.UTC).render(report);
    String html = new HtmlReport(ZoneOffset.UTC).render(report);
    String json = FindingJson.line(finding);
    String sarif = SarifReport.render(report);
    int told = 0;
    for (Participant participant : finding.participants()) {
      Evidence lines = participant.thread().evidence();
      assertThat(lines).as(what + ", lines of " + participant.thread().name()).isNotNull();
      String place = lines.from() + "-" + lines.to();
      assertThat(text).as(what).contains(place + " ");
      assertThat(json).as(what).contains("\"from\":" + lines.from() + ",\"to\":" + lines.to());
      assertThat(sarif).as(what).contains("\"startLine\":" + lines.from() + ",");
      assertThat(html).as(what).contains(place);
      if (told++ < 20) {
        assertThat(markdown).as(what).contains(place);
      }
    }
    for (String reason : finding.explanation()) {
      assertThat(json).as(what).contains("\"explanation\":[");
      assertThat(html.contains("<ol class=\"chain\">")).as(what + reason).isTrue();
    }
  }
}
