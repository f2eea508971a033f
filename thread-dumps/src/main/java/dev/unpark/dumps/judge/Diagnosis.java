package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is known of one JVM from the dumps at hand, and what is wrong with it.
 *
 * @param jvm which JVM
 * @param sources the files, in the order of the command line
 * @param looks its dumps, oldest first
 * @param series the longest row of looks that can be compared: of one form, each later than the one
 *     before
 * @param findings what was found in any of them: what the last look still shows first
 */
public record Diagnosis(
    JvmIdentity jvm,
    List<String> sources,
    List<Dump> looks,
    List<Observation> series,
    List<Finding> findings) {

  /*
   * Two dumps prove more than one only if they are of the same JVM. A dump shows that by addresses
   * that no other JVM has, or by its process id; one that shows neither belongs to the file that it
   * stands in.
   *
   * A copy of a dump is no second look. Two that say the same of every thread, processor time
   * included, and do not stand at different times in one place, are taken for one.
   *
   * Dumps of different forms name the same lock differently, so each form has a history of its own,
   * and the better certainty of the two is told.
   */

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
    List<Group> groups = new ArrayList<>();
    Map<String, Group> byKey = new HashMap<>();
    for (DumpFile file : files) {
      for (Dump dump : file.dumps()) {
        Set<String> keys = keys(dump, file);
        Group group = groupOf(dump, keys, byKey, groups);
        keys.forEach(key -> byKey.putIfAbsent(key, group));
        group.add(file, dump);
      }
    }
    return groups.stream().map(group -> group.diagnose(known)).toList();
  }

  private static Group groupOf(
      Dump dump, Set<String> keys, Map<String, Group> byKey, List<Group> groups) {
    Group found = null;
    for (String key : keys) {
      Group known = byKey.get(key);
      if (known != null && (found == null || known.number < found.number)) {
        found = known;
      }
    }
    if (found == null) {
      found = new Group(groups.size(), dump.observation().jvm());
      groups.add(found);
    }
    return found;
  }

  private static Set<String> keys(Dump dump, DumpFile file) {
    Set<String> keys = new LinkedHashSet<>();
    JvmIdentity jvm = dump.observation().jvm();
    if (!dump.jvmKey().isEmpty()) {
      keys.add(dump.jvmKey());
    }
    if (jvm.pid() != JvmIdentity.UNKNOWN_PID) {
      keys.add("pid-" + jvm.pid() + '-' + jvm.jdk());
    }
    if (keys.isEmpty()) {
      keys.add("file-" + file.source());
    }
    return keys;
  }

  /** Dumps of one JVM, gathered. */
  private static final class Group {
    final int number;
    private JvmIdentity jvm;
    private final Set<String> sources = new LinkedHashSet<>();
    private final Map<DumpForm, List<Dump>> byForm = new LinkedHashMap<>();

    private final Copies copies = new Copies();

    /**
     * @param number of groups that were there before
     */
    Group(int number, JvmIdentity jvm) {
      this.number = number;
      this.jvm = jvm;
    }

    void add(DumpFile file, Dump dump) {
      JvmIdentity other = dump.observation().jvm();
      if (jvm.pid() == JvmIdentity.UNKNOWN_PID && other.pid() != JvmIdentity.UNKNOWN_PID) {
        jvm = new JvmIdentity(jvm.service(), jvm.instance(), other.pid(), jvm.jdk());
      }
      sources.add(file.source().isEmpty() ? "standard input" : file.source());
      List<Dump> series = byForm.computeIfAbsent(file.form(), form -> new ArrayList<>());
      if (copies.isNew(dump)) {
        series.add(dump);
      }
    }

    Diagnosis diagnose(KnownStacks known) {
      List<Dump> looks = new ArrayList<>();
      Map<String, Finding> findings = new LinkedHashMap<>();
      List<Observation> longest = List.of();
      for (List<Dump> dumps : byForm.values()) {
        dumps.sort(Comparator.comparing(dump -> dump.observation().time()));
        looks.addAll(dumps);
        List<Observation> series = rising(dumps);
        longest = series.size() > longest.size() ? series : longest;
        for (Finding finding : findingsOf(series, known)) {
          findings.merge(finding.id(), finding, Group::better);
        }
      }
      looks.sort(Comparator.comparing(dump -> dump.observation().time()));
      List<Finding> ordered = new ArrayList<>(findings.values());
      ordered.sort(
          Comparator.comparing((Finding finding) -> finding.state() == Finding.State.CLOSED)
              .thenComparing(Finding::severity));
      return new Diagnosis(jvm, List.copyOf(sources), looks, longest, ordered);
    }

    /** Closing waits for nothing here: a file tells at once what its last dump no longer shows. */
    private static List<Finding> findingsOf(List<Observation> series, KnownStacks known) {
      Diagnostician diagnostician = Diagnostician.ofDumps(known);
      Map<String, Finding> latest = new LinkedHashMap<>();
      for (Observation look : series) {
        diagnostician.observe(look).forEach(finding -> latest.put(finding.id(), finding));
      }
      diagnostician.active().forEach(finding -> latest.put(finding.id(), finding));
      return List.copyOf(latest.values());
    }

    private List<Observation> rising(List<Dump> dumps) {
      List<Observation> series = new ArrayList<>();
      Instant last = Instant.MIN;
      for (Dump dump : dumps) {
        Observation look = at(dump.observation(), last);
        last = look.time();
        series.add(look);
      }
      return series;
    }

    /**
     * The look under the group's name, and later than the one before: clocks print whole seconds.
     */
    private Observation at(Observation look, Instant before) {
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
      return one.certainty() == Certainty.SUSPECTED ? other : one;
    }
  }
}
