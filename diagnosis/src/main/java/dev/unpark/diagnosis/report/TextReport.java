package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import java.util.Locale;

/**
 * The answer for people.
 *
 * <pre>
 *   app.dump, JDK 17.0.15, 22 threads, 1 dump of 20:45:22
 *
 *   SUSPECTED  deadlock  seen at 20:45:22
 *     ...
 * </pre>
 */
public final class TextReport {
  private static final int UNREAD_SHOWN = 3;

  private final FindingText findings;
  private final boolean verbose;
  private final Palette palette;

  /**
   * @param findings how a finding is told
   * @param verbose whether every line that could not be read is shown
   * @param palette the colours
   */
  public TextReport(FindingText findings, boolean verbose, Palette palette) {
    this.findings = findings;
    this.verbose = verbose;
    this.palette = palette;
  }

  /** The whole report; empty when there is no JVM to tell of. */
  public String render(Report report) {
    StringBuilder out = new StringBuilder();
    for (Subject subject : report.subjects()) {
      if (out.length() > 0) {
        out.append('\n');
      }
      render(subject, out);
    }
    return out.toString();
  }

  private void render(Subject subject, StringBuilder out) {
    out.append(palette.strong(Printable.text(subject.heading()))).append('\n');
    for (Finding finding : subject.findings()) {
      out.append('\n').append(findings.render(finding));
    }
    if (subject.findings().isEmpty()) {
      out.append("\nnothing found\n");
      for (String limit : subject.limits()) {
        out.append("  ").append(palette.faint("not seen")).append(' ');
        out.append(Printable.text(limit)).append('\n');
      }
    }
    accepted(subject, out);
    unread(subject, out);
  }

  private void accepted(Subject subject, StringBuilder out) {
    if (subject.accepted().isEmpty()) {
      return;
    }
    int count = subject.accepted().size();
    out.append('\n')
        .append(count == 1 ? "1 finding is" : count + " findings are")
        .append(" accepted by the baseline\n");
    for (Finding finding : subject.accepted()) {
      out.append("  ").append(finding.id()).append("  ");
      out.append(Printable.text(finding.headline(), 100)).append('\n');
    }
  }

  private void unread(Subject subject, StringBuilder out) {
    int count = subject.unreadCount();
    if (count == 0) {
      return;
    }
    out.append(
        String.format(
            Locale.ROOT,
            "\n%s inside the dumps could not be read, the rest was\n",
            count == 1 ? "1 line" : count + " lines"));
    subject.unread().stream()
        .limit(verbose ? Long.MAX_VALUE : UNREAD_SHOWN)
        .forEach(line -> out.append("  ").append(Printable.text(line, 300)).append('\n'));
  }
}
