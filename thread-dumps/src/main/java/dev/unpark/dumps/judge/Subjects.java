package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.report.Subject;
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
import java.util.function.Predicate;

/** Words what is known of a JVM beside its findings: where it was seen, when, how completely. */
public final class Subjects {
  private final DateTimeFormatter clock;
  private final boolean live;

  /**
   * @param zone of clock times
   * @param live whether the looks were taken just now, and not found in files
   */
  public Subjects(ZoneId zone, boolean live) {
    this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    this.live = live;
  }

  public Subject of(Diagnosis diagnosis, Predicate<Finding> accepted) {
    List<Dump> looks = diagnosis.looks();
    Set<String> limits = new LinkedHashSet<>();
    looks.forEach(look -> limits.addAll(look.observation().limits()));
    return new Subject(
        String.join(", ", diagnosis.sources()),
        heading(diagnosis),
        looks.get(looks.size() - 1).observation(),
        diagnosis.findings().stream().filter(accepted.negate()).toList(),
        diagnosis.findings().stream().filter(accepted).toList(),
        List.copyOf(limits),
        looks.stream().flatMap(look -> look.unreadLines().stream()).map(Subjects::unread).toList(),
        looks.stream().mapToInt(Dump::unreadCount).sum());
  }

  private String heading(Diagnosis diagnosis) {
    List<String> parts = new ArrayList<>();
    parts.add(String.join(", ", diagnosis.sources()) + joined(diagnosis.pairing()));
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

  private static String joined(Pairing pairing) {
    int pairs = pairing.pairs().size();
    if (pairs == 0) {
      return pairing.hint() == null ? "" : " (" + pairing.hint() + ")";
    }
    return pairs == 1
        ? " (two dumps of one moment, joined)"
        : " (" + pairs + " pairs of dumps, each of one moment, joined)";
  }

  private String times(List<Dump> looks) {
    Instant first = looks.get(0).observation().time();
    Duration span = Duration.between(first, looks.get(looks.size() - 1).observation().time());
    String seconds = String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1000.0);
    if (live) {
      return switch (looks.size()) {
        case 1 -> "looked at once";
        case 2 -> "looked at twice " + seconds + " apart";
        default -> "looked at " + looks.size() + " times within " + seconds;
      };
    }
    String count = looks.size() == 1 ? "1 dump" : looks.size() + " dumps";
    if (!looks.stream().allMatch(Dump::timeKnown)) {
      return count;
    }
    return span.toSeconds() == 0
        ? count + " of " + clock.format(first)
        : count + " within " + seconds;
  }

  private static String unread(UnreadLine line) {
    String source = line.source().isEmpty() ? "standard input" : line.source();
    return source + ":" + line.line() + ": " + line.text();
  }
}
