package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A finding as a colleague would tell it at night: verdict, certainty and age first, then one
 * sentence, the chain, what to do.
 *
 * <pre>
 *   PROVEN  starvation deadlock  for 41 s, since 03:12:07
 *     All 8 workers of pool "pricing" wait for tasks that only "pricing" can run.
 *
 *     pricing-1 waits for ...
 *
 *     now      restart this instance ...
 *     more     docs/runbooks/starvation-deadlock.md
 * </pre>
 */
public final class FindingText {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int LABEL_WIDTH = 9;

  private final ZoneId zone;
  private final boolean verbose;

  /**
   * @param zone of the clock times
   * @param verbose whether whole stacks and ids are shown
   */
  public FindingText(ZoneId zone, boolean verbose) {
    this.zone = zone;
    this.verbose = verbose;
  }

  /** The finding in several lines, each ended; control characters of names are shown escaped. */
  public String render(Finding finding) {
    StringBuilder out = new StringBuilder();
    out.append(finding.certainty().label().toUpperCase(Locale.ROOT))
        .append("  ")
        .append(finding.type().replace('-', ' '))
        .append(age(finding.since(), finding.observedAt()));
    if (finding.state() == Finding.State.CLOSED) {
      out.append("  (over)");
    }
    out.append("\n  ").append(Printable.text(finding.headline())).append(".\n\n");
    for (String reason : finding.explanation()) {
      out.append("  ").append(Printable.text(reason)).append('\n');
    }
    if (verbose) {
      stacks(out, finding.participants());
    }
    out.append('\n');
    for (NextStep step : finding.nextSteps()) {
      labelled(out, step.kind().label(), step.text());
    }
    for (String limit : finding.limits()) {
      labelled(out, "not seen", limit);
    }
    labelled(out, "more", finding.runbook());
    return out.toString();
  }

  private String age(Instant since, Instant observedAt) {
    long seconds = Duration.between(since, observedAt).toSeconds();
    String at = CLOCK.format(since.atZone(zone));
    return seconds < 1 ? "  seen at " + at : "  for " + duration(seconds) + ", since " + at;
  }

  private static String duration(long seconds) {
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  private static void stacks(StringBuilder out, List<Participant> participants) {
    for (Participant participant : participants) {
      out.append("\n  ")
          .append(Printable.text(participant.thread().name()))
          .append("  #")
          .append(participant.thread().id())
          .append(participant.thread().virtual() ? " virtual" : "")
          .append("  ")
          .append(participant.role().label())
          .append('\n');
      for (String frame : participant.thread().stack()) {
        out.append("      at ").append(Printable.text(frame)).append('\n');
      }
    }
  }

  private static void labelled(StringBuilder out, String label, String text) {
    out.append("  ")
        .append(label)
        .append(" ".repeat(Math.max(1, LABEL_WIDTH - label.length())))
        .append(Printable.text(text))
        .append('\n');
  }
}
