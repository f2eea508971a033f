package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The report as Markdown, to be pasted into a ticket: the stacks folded away below each finding.
 */
public final class MarkdownReport {
  private static final String SPECIAL = "\\`*_{}[]<>#|~!&@";

  private static final int PLACES_SHOWN = 20;

  /** A block of code scrolls; beyond this, nobody reads two stacks together. */
  private static final int COLUMNS = 180;

  private final DateTimeFormatter clock;

  public MarkdownReport(ZoneId zone) {
    this.clock = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT).withZone(zone);
  }

  public String render(Report report) {
    StringBuilder out = new StringBuilder();
    for (Subject subject : report.subjects()) {
      out.append("# ").append(inline(subject.heading())).append("\n\n");
      if (subject.findings().isEmpty()) {
        out.append("Nothing found.\n\n");
        subject.limits().forEach(limit -> item(out, "not seen: " + limit));
        out.append(subject.limits().isEmpty() ? "" : "\n");
      }
      subject.findings().forEach(finding -> finding(finding, out));
      if (!subject.accepted().isEmpty()) {
        out.append("Accepted by the baseline:\n\n");
        subject.accepted().forEach(f -> item(out, f.id() + " " + f.headline()));
        out.append('\n');
      }
      if (subject.unreadCount() > 0) {
        out.append("Lines inside the dumps that could not be read: ")
            .append(subject.unreadCount())
            .append(".\n\n");
      }
    }
    for (Complaint complaint : report.complaints()) {
      fenced(out, complaint.render());
    }
    return out.toString().stripTrailing() + "\n";
  }

  private void finding(Finding finding, StringBuilder out) {
    long seconds = Duration.between(finding.since(), finding.observedAt()).toSeconds();
    out.append("## ")
        .append(finding.certainty().label().toUpperCase(Locale.ROOT))
        .append(' ')
        .append(finding.type().replace('-', ' '))
        .append(": ")
        .append(inline(finding.headline()))
        .append("\n\n")
        .append(finding.severity().label())
        .append(seconds < 1 ? ", seen at " : ", for " + FindingText.duration(seconds) + ", since ")
        .append(clock.format(finding.since()))
        .append(", `")
        .append(finding.id())
        .append("`\n\n");
    finding.explanation().forEach(reason -> item(out, reason));
    out.append('\n');
    for (NextStep step : finding.nextSteps()) {
      out.append("- **").append(step.kind().label()).append("** ");
      out.append(inline(step.text())).append('\n');
    }
    finding.limits().forEach(limit -> item(out, "not seen: " + limit));
    String places = Places.of(finding, PLACES_SHOWN);
    if (!places.isEmpty()) {
      item(out, "lines: " + places);
    }
    out.append("- runbook: ").append(finding.runbook()).append("\n\n");
    stacks(finding, out);
  }

  private static void stacks(Finding finding, StringBuilder out) {
    if (finding.participants().isEmpty()) {
      return;
    }
    out.append("<details><summary>Stacks of ")
        .append(finding.participants().size())
        .append(finding.participants().size() == 1 ? " thread" : " threads")
        .append("</summary>\n\n");
    StringBuilder text = new StringBuilder();
    StackText stacks = new StackText(Palette.NONE, COLUMNS);
    for (Pairs.Pair pair : Pairs.of(finding)) {
      stacks.append(text, pair);
    }
    fenced(out, text.toString());
    out.append("</details>\n\n");
  }

  /** Between fences longer than any row of backticks in it. */
  private static void fenced(StringBuilder out, String text) {
    int longest = 2;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    out.append(fence)
        .append("text\n")
        .append(text.stripTrailing().stripIndent().strip())
        .append('\n')
        .append(fence);
    out.append("\n\n");
  }

  private static void item(StringBuilder out, String text) {
    out.append("- ").append(inline(text)).append('\n');
  }

  /** Text that stays what it is: no markup, no mention of a user, no HTML. */
  private static String inline(String text) {
    String line = Printable.text(text);
    StringBuilder out = new StringBuilder(line.length() + 16);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '<') {
        out.append("&lt;");
      } else if (c == '&') {
        out.append("&amp;");
      } else if (c == '@') {
        out.append("&#64;");
      } else {
        if (SPECIAL.indexOf(c) >= 0) {
          out.append('\\');
        }
        out.append(c);
      }
    }
    return out.toString();
  }
}
