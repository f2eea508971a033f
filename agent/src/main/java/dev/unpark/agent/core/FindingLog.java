package dev.unpark.agent.core;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.FindingText;
import java.time.ZoneId;

/** Words findings for people: when they open, when they become proven, when they close. */
final class FindingLog {
  private final FindingText text = new FindingText(ZoneId.systemDefault(), false);
  private final Log log;

  FindingLog(Log log) {
    this.log = log;
  }

  void add(Finding finding) {
    log.text("unpark: " + text.render(finding).stripTrailing() + "\n\n");
  }
}
