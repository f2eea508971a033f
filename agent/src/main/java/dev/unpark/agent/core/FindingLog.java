package dev.unpark.agent.core;

import dev.unpark.diagnosis.finding.Attachment;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.FindingText;
import java.time.ZoneId;
import java.util.List;

/** Words findings for people: when they open, when they become proven, when they close. */
final class FindingLog {
  private final Log log;

  FindingLog(Log log) {
    this.log = log;
  }

  /** Words where the evidence of a finding is. */
  void add(List<Attachment> evidence) {
    StringBuilder words = new StringBuilder();
    evidence.forEach(
        file ->
            words
                .append("unpark: evidence: ")
                .append(file.kind().label())
                .append(' ')
                .append(file.path())
                .append('\n'));
    log.text(words.toString());
  }

  void add(Finding finding) {
    // Asked for as late as can be: the JVM settles its zone when it is first asked, and an
    // application that sets user.timezone in its main would come too late.
    FindingText text = new FindingText(ZoneId.systemDefault(), false);
    log.text("unpark: " + text.render(finding).stripTrailing() + "\n\n");
  }
}
