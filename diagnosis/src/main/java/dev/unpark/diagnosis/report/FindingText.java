package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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
  private static final int LABEL_WIDTH = 9;
  private static final int PLACES_SHOWN = 4;

  private final DateTimeFormatter clock;
  private final boolean verbose;
  private final Palette palette;
  private final StackText stacks;

  /**
   * @param zone of the clock times
   * @param verbose whether whole stacks and ids are shown
   */
  public FindingText(ZoneId zone, boolean verbose) {
    this(zone, verbose, Palette.NONE, Integer.MAX_VALUE);
  }

  /**
   * @param zone of the clock times
   * @param verbose whether whole stacks and ids are shown
   * @param palette the colours
   * @param width columns for stacks side by side
   */
  public FindingText(ZoneId zone, boolean verbose, Palette palette, int width) {
    this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    this.verbose = verbose;
    this.palette = palette;
    this.stacks = new StackText(palette, width);
  }

  /** The finding in several lines, each ended; control characters of names are shown escaped. */
  public String render(Finding finding) {
    StringBuilder out = new StringBuilder();
    out.append(palette.verdict(finding.severity(), verdict(finding)))
        .append(age(finding.since(), finding.observedAt()));
    if (finding.state() == Finding.State.CLOSED) {
      out.append("  (over)");
    }
    out.append("\n  ")
        .append(palette.strong(Printable.text(finding.headline()) + "."))
        .append("\n\n");
    for (String reason : finding.explanation()) {
      out.append("  ").append(Printable.text(reason)).append('\n');
    }
    if (verbose) {
      Pairs.of(finding).forEach(pair -> stacks.append(out, pair));
    }
    out.append('\n');
    for (NextStep step : finding.nextSteps()) {
      labelled(out, step.kind().label(), step.text());
    }
    for (String limit : finding.limits()) {
      labelled(out, "not seen", limit);
    }
    String places = Places.of(finding, verbose ? Integer.MAX_VALUE : PLACES_SHOWN);
    if (!places.isEmpty()) {
      labelled(out, "lines", places);
    }
    labelled(out, "more", finding.runbook());
    if (verbose) {
      labelled(out, "id", finding.id());
    }
    return out.toString();
  }

  private static String verdict(Finding finding) {
    return finding.certainty().label().toUpperCase(Locale.ROOT)
        + "  "
        + finding.type().replace('-', ' ');
  }

  private String age(Instant since, Instant observedAt) {
    long seconds = Duration.between(since, observedAt).toSeconds();
    String at = clock.format(since);
    return seconds < 1 ? "  seen at " + at : "  for " + duration(seconds) + ", since " + at;
  }

  /** {@code 41 s}, {@code 3 min}, {@code 5 h}. */
  static String duration(long seconds) {
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  private void labelled(StringBuilder out, String label, String text) {
    out.append("  ")
        .append(palette.faint(label))
        .append(" ".repeat(Math.max(1, LABEL_WIDTH - label.length())))
        .append(Printable.text(text))
        .append('\n');
  }
}
