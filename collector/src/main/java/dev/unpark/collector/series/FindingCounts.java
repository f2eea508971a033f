package dev.unpark.collector.series;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts the findings of one JVM.
 *
 * <p>A finding counts once under the certainty with which it opened. A deadlock counts when it is
 * first proven, whatever it was when it opened.
 *
 * <p><b>Threading:</b> the JVM's worker counts, any thread reads. Kinds of finding are as many as
 * there are detectors, so nothing here can grow without bound.
 */
public final class FindingCounts {
  /** What {@code unpark.finding.active} and {@code unpark.findings} are counted by. */
  public record Kind(String type, String severity, String certainty) implements Comparable<Kind> {
    static Kind of(Finding finding) {
      return new Kind(finding.type(), finding.severity().label(), finding.certainty().label());
    }

    @Override
    public int compareTo(Kind other) {
      int byType = type.compareTo(other.type);
      int bySeverity = severity.compareTo(other.severity);
      return byType != 0
          ? byType
          : bySeverity != 0 ? bySeverity : certainty.compareTo(other.certainty);
    }
  }

  private final Map<Kind, Long> opened = new TreeMap<>();
  private final Map<String, Long> deadlocks = new TreeMap<>();
  private final Set<String> provenDeadlocks = new HashSet<>();

  /** Counts a change. */
  public synchronized void changed(Finding finding) {
    if (finding.state() == Finding.State.CLOSED) {
      provenDeadlocks.remove(finding.id());
      return;
    }
    // Kinds that an open finding turns into are shown from then on, also when none is open.
    opened.merge(Kind.of(finding), finding.state() == Finding.State.OPENED ? 1L : 0L, Long::sum);
    if (isProvenDeadlock(finding) && provenDeadlocks.add(finding.id())) {
      deadlocks.merge(deadlockKind(finding), 1L, Long::sum);
    }
  }

  /** Findings that were opened, by kind. */
  public synchronized Map<Kind, Long> opened() {
    return new TreeMap<>(opened);
  }

  /** Findings that are open, by kind; zero for a kind that was open before. */
  public Map<Kind, Long> active(List<Finding> open) {
    Map<Kind, Long> active = opened();
    active.replaceAll((kind, count) -> 0L);
    open.forEach(finding -> active.merge(Kind.of(finding), 1L, Long::sum));
    return active;
  }

  /** Deadlocks that were proven, by kind. */
  public synchronized Map<String, Long> deadlocks() {
    return new TreeMap<>(deadlocks);
  }

  /** Threads in proven deadlocks that are open, by kind; zero for a kind that was open before. */
  public Map<String, Long> deadlockedThreads(List<Finding> open) {
    Map<String, Long> threads = deadlocks();
    threads.replaceAll((kind, count) -> 0L);
    for (Finding finding : open) {
      if (isProvenDeadlock(finding)) {
        long members =
            finding.participants().stream()
                .filter(participant -> participant.role() != Role.VICTIM)
                .count();
        threads.merge(deadlockKind(finding), members, Long::sum);
      }
    }
    return threads;
  }

  private static boolean isProvenDeadlock(Finding finding) {
    return finding.certainty() == Certainty.PROVEN
        && (finding.type().equals("deadlock") || finding.type().equals("starvation-deadlock"));
  }

  /** {@code starvation}, or the one kind of lock that the knot is made of, or {@code mixed}. */
  private static String deadlockKind(Finding finding) {
    if (finding.type().equals("starvation-deadlock")) {
      return "starvation";
    }
    Set<String> kinds = new TreeSet<>();
    for (Participant participant : finding.participants()) {
      Resource waitsFor = participant.waitsFor();
      if (participant.role() == Role.MEMBER && waitsFor != null) {
        kinds.add(waitsFor.kind().label());
      }
    }
    return kinds.size() == 1 ? kinds.iterator().next() : "mixed";
  }
}
