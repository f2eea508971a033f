package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.finding.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was open in a JVM when its clock was set.
 *
 * <p>Looks from before and after cannot be compared, so the diagnosis begins anew, and a proof
 * takes two looks. The trouble went on meanwhile: it stays open until it is found again, or has not
 * been for as long as a finding that is gone takes to close. To close it at once and open it with
 * the second look would have whoever took it on asked again, when the looks are far apart.
 *
 * <p>Confined to the JVM's worker.
 */
final class Carried {
  private static final Duration GONE = Duration.ofSeconds(5);

  /** Two to find it again, and one that may have been torn by the clock. */
  private static final int LOOKS = 3;

  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private Instant since = Instant.MIN;
  private int looks;

  /** Begins anew with these, at the first look after the clock was set. */
  void set(List<Finding> open, Instant now) {
    clear();
    open.forEach(finding -> findings.put(finding.id(), finding));
    since = now;
  }

  void clear() {
    findings.clear();
    looks = 0;
  }

  /** What is to be told of a look in which the diagnosis found these changes. */
  List<Finding> reconcile(List<Finding> changes, Instant now) {
    if (findings.isEmpty()) {
      return changes;
    }
    List<Finding> told = new ArrayList<>();
    for (Finding change : changes) {
      boolean again =
          change.state() == Finding.State.OPENED && findings.remove(change.id()) != null;
      told.add(again ? change.in(Finding.State.UPDATED) : change);
    }
    if (++looks >= LOOKS && !since.plus(GONE).isAfter(now)) {
      findings.values().forEach(finding -> told.add(finding.in(Finding.State.CLOSED)));
      clear();
    }
    return told;
  }

  /** All that is open: these, and what the diagnosis knows. */
  List<Finding> and(List<Finding> active) {
    if (findings.isEmpty()) {
      return active;
    }
    List<Finding> all = new ArrayList<>(findings.values());
    all.addAll(active);
    return List.copyOf(all);
  }
}
