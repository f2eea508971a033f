package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is known of one JVM from the dumps at hand, and what is wrong with it.
 *
 * @param jvm which JVM
 * @param sources the files, in the order of the command line
 * @param looks its dumps, oldest first; two that were joined are one
 * @param pairing which dumps were joined
 * @param series the longest row of looks that can be compared: of one form, each later than the one
 *     before
 * @param findings what was found in any of them: what the last look still shows first
 */
public record Diagnosis(
    JvmIdentity jvm,
    List<String> sources,
    List<Dump> looks,
    Pairing pairing,
    List<Observation> series,
    List<Finding> findings) {

  /*
   * Dumps of different forms name the same lock differently, so each form has a history of its own,
   * and the better certainty of the two is told. Dumps that were joined are a form of their own.
   */

  private static final int PROVEN_AND_THERE = 0;

  public Diagnosis {
    sources = List.copyOf(sources);
    looks = List.copyOf(looks);
    series = List.copyOf(series);
    findings = List.copyOf(findings);
  }

  /**
   * One diagnosis for each JVM, in the order in which the JVMs first appear.
   *
   * @param known the stacks whose meaning is known
   */
  public static List<Diagnosis> of(List<DumpFile> files, KnownStacks known) {
    return JvmDumps.of(files).stream().map(jvm -> of(jvm, known)).toList();
  }

  private static Diagnosis of(JvmDumps dumps, KnownStacks known) {
    JvmIdentity jvm = dumps.jvm();
    List<Dump> all = dumps.dumps();
    Pairing pairing = new Pairing(all);
    Map<String, Finding> findings = new LinkedHashMap<>();
    List<Observation> longest = List.of();
    for (List<Dump> row : rows(all, pairing)) {
      List<Dump> whole = TornLooks.whole(row);
      List<Observation> series = rising(jvm, whole);
      longest = series.size() > longest.size() ? series : longest;
      List<Finding> told = new ArrayList<>(findingsOf(series, known));
      if (whole.size() < row.size()) {
        told.addAll(findingsOf(rising(jvm, TornLooks.wholeAndLatest(row)), known));
        findingsOf(rising(jvm, row), known).stream()
            .filter(finding -> rank(finding) == PROVEN_AND_THERE)
            .forEach(told::add);
      }
      told.forEach(finding -> findings.merge(finding.id(), finding, Diagnosis::better));
    }
    List<Finding> ordered = new ArrayList<>(findings.values());
    ordered.sort(
        Comparator.comparing((Finding finding) -> finding.state() == Finding.State.CLOSED)
            .thenComparing(Finding::severity));
    List<Dump> looks = byTime(pairing.looks(all));
    return new Diagnosis(jvm, dumps.sources(), looks, pairing, longest, ordered);
  }

  /** What is joined, first; and each form of which something is not. */
  private static List<List<Dump>> rows(List<Dump> all, Pairing pairing) {
    List<Dump> joined = pairing.pairs().stream().map(Pairing.Pair::joined).toList();
    Map<DumpForm, List<Dump>> byForm = new LinkedHashMap<>();
    all.forEach(dump -> byForm.computeIfAbsent(dump.form(), form -> new ArrayList<>()).add(dump));
    List<List<Dump>> rows = new ArrayList<>();
    if (!joined.isEmpty()) {
      rows.add(byTime(joined));
    }
    for (List<Dump> ofForm : byForm.values()) {
      if (!ofForm.stream().allMatch(pairing::isJoined)) {
        rows.add(byTime(ofForm));
      }
    }
    return rows;
  }

  private static List<Dump> byTime(List<Dump> dumps) {
    return dumps.stream().sorted(Comparator.comparing(dump -> dump.observation().time())).toList();
  }

  /** Closing waits for nothing here: a file tells at once what its last dump no longer shows. */
  private static List<Finding> findingsOf(List<Observation> series, KnownStacks known) {
    Diagnostician diagnostician = Diagnostician.ofDumps(known);
    Map<String, Finding> latest = new LinkedHashMap<>();
    for (Observation look : series) {
      diagnostician.observe(look).forEach(finding -> latest.put(finding.id(), finding));
    }
    diagnostician.active().forEach(finding -> latest.put(finding.id(), finding));
    latest.values().removeIf(Diagnosis::wasOfAMoment);
    return List.copyOf(latest.values());
  }

  /** Advice that one look gave and a later one withdrew: there was nothing to it. */
  private static boolean wasOfAMoment(Finding finding) {
    return finding.state() == Finding.State.CLOSED
        && finding.severity() == Severity.ADVICE
        && !finding.observedAt().isAfter(finding.since());
  }

  private static List<Observation> rising(JvmIdentity jvm, List<Dump> dumps) {
    List<Observation> series = new ArrayList<>();
    Instant last = Instant.MIN;
    for (Dump dump : dumps) {
      Observation look = at(jvm, dump.observation(), last);
      last = look.time();
      series.add(look);
    }
    return series;
  }

  /** The look under the JVM's name, and later than the one before: clocks print whole seconds. */
  private static Observation at(JvmIdentity jvm, Observation look, Instant before) {
    Instant time = look.time().isAfter(before) ? look.time() : before.plusMillis(1);
    return new Observation(
        jvm,
        time,
        look.threads(),
        look.resources(),
        look.executors(),
        look.lockActivity(),
        look.limits(),
        look.queues(),
        look.scheduler());
  }

  private static Finding better(Finding one, Finding other) {
    return rank(other) < rank(one) ? other : one;
  }

  /** What is proven before what is suspected, what is still there before what is over. */
  private static int rank(Finding finding) {
    return (finding.certainty() == Certainty.PROVEN ? PROVEN_AND_THERE : 2)
        + (finding.state() == Finding.State.CLOSED ? 1 : 0);
  }
}
