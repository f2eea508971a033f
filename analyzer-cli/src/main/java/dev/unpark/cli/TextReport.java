package dev.unpark.cli;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.report.FindingText;
import dev.unpark.diagnosis.report.Printable;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
final class TextReport {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int UNREAD_SHOWN = 3;

  private final ZoneId zone;
  private final boolean verbose;
  private final boolean live;
  private final FindingText findings;

  /**
   * @param live whether the looks were taken just now, and not found in files
   */
  TextReport(ZoneId zone, boolean verbose, boolean live) {
    this.live = live;
    this.zone = zone;
    this.verbose = verbose;
    this.findings = new FindingText(zone, verbose);
  }

  String render(List<Diagnosis> diagnoses) {
    StringBuilder out = new StringBuilder();
    for (Diagnosis diagnosis : diagnoses) {
      if (out.length() > 0) {
        out.append('\n');
      }
      render(diagnosis, out);
    }
    return out.toString();
  }

  private void render(Diagnosis diagnosis, StringBuilder out) {
    out.append(heading(diagnosis)).append('\n');
    for (Finding finding : diagnosis.findings()) {
      out.append('\n').append(findings.render(finding));
    }
    if (diagnosis.findings().isEmpty()) {
      out.append("\nnothing found\n");
      for (String limit : limits(diagnosis)) {
        out.append("  not seen ").append(Printable.text(limit)).append('\n');
      }
    }
    unread(diagnosis, out);
  }

  private String heading(Diagnosis diagnosis) {
    List<String> parts = new ArrayList<>();
    diagnosis.sources().forEach(source -> parts.add(Printable.text(source)));
    JvmIdentity jvm = diagnosis.jvm();
    if (jvm.pid() != JvmIdentity.UNKNOWN_PID) {
      parts.add("pid " + jvm.pid());
    }
    if (!jvm.jdk().isEmpty()) {
      parts.add("JDK " + jvm.jdk());
    }
    List<Dump> looks = diagnosis.looks();
    Dump last = looks.get(looks.size() - 1);
    parts.add(last.threadCount() == 1 ? "1 thread" : last.threadCount() + " threads");
    parts.add(times(looks));
    return String.join(", ", parts);
  }

  private String times(List<Dump> looks) {
    Instant first = looks.get(0).observation().time();
    Duration span = Duration.between(first, looks.get(looks.size() - 1).observation().time());
    String seconds = String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1000.0);
    if (live) {
      return looks.size() == 1 ? "looked at once" : "looked at twice " + seconds + " apart";
    }
    String count = looks.size() == 1 ? "1 dump" : looks.size() + " dumps";
    if (!looks.stream().allMatch(Dump::timeKnown)) {
      return count;
    }
    return span.toSeconds() == 0
        ? count + " of " + CLOCK.format(first.atZone(zone))
        : count + " within " + seconds;
  }

  private static Set<String> limits(Diagnosis diagnosis) {
    Set<String> limits = new LinkedHashSet<>();
    diagnosis.looks().forEach(look -> limits.addAll(look.observation().limits()));
    return limits;
  }

  private void unread(Diagnosis diagnosis, StringBuilder out) {
    int count = diagnosis.looks().stream().mapToInt(Dump::unreadCount).sum();
    if (count == 0) {
      return;
    }
    out.append(
        "\n%s inside the dumps could not be read, the rest was\n"
            .formatted(count == 1 ? "1 line" : count + " lines"));
    diagnosis.looks().stream()
        .flatMap(look -> look.unreadLines().stream())
        .limit(verbose ? Long.MAX_VALUE : UNREAD_SHOWN)
        .forEach(line -> out.append("  ").append(describe(line)).append('\n'));
  }

  private static String describe(UnreadLine line) {
    String source = line.source().isEmpty() ? "standard input" : line.source();
    return String.format(
        Locale.ROOT,
        "%s:%d: %s",
        Printable.text(source),
        line.line(),
        Printable.text(line.text(), 160));
  }
}
