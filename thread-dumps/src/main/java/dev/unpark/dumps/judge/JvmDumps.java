package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.Moment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The dumps of one JVM, whatever files they stand in, without copies. */
final class JvmDumps {

  /*
   * Two dumps prove more than one only if they are of the same JVM. A dump shows that by addresses
   * that no other JVM has, or by its process id; one that shows neither belongs to the file that it
   * stands in. A process id alone says little where each container has a process 1, and a restart
   * may have it again: two JVMs that addresses tell apart are never one, and what has only the id
   * that both have belongs to neither.
   */

  /** One dump, where it was found. */
  private record Found(int number, DumpFile file, Dump dump) {
    String address() {
      return dump.jvmKey().startsWith("vm-") ? dump.jvmKey() : "";
    }

    String process() {
      JvmIdentity jvm = dump.observation().jvm();
      return jvm.pid() == JvmIdentity.UNKNOWN_PID ? "" : "pid-" + jvm.pid() + '-' + jvm.jdk();
    }

    String source() {
      return "file-" + file.source();
    }
  }

  /** By their number. */
  private final Map<Integer, Found> found = new TreeMap<>();

  private void add(Found one) {
    found.put(one.number(), one);
  }

  private int number() {
    return found.keySet().iterator().next();
  }

  /** In the order in which the JVMs first appear. */
  static List<JvmDumps> of(List<DumpFile> files) {
    List<Found> all = new ArrayList<>();
    for (DumpFile file : files) {
      for (Dump dump : file.dumps()) {
        // The head of one, without threads, would say that all of them have ended.
        if (dump.threadCount() > 0) {
          all.add(new Found(all.size(), file, dump));
        }
      }
    }
    Map<String, JvmDumps> byKey = new LinkedHashMap<>();
    Map<String, Set<JvmDumps>> ofProcess = new HashMap<>();
    for (Found one : all) {
      if (!one.address().isEmpty()) {
        JvmDumps jvm = byKey.computeIfAbsent(one.address(), key -> new JvmDumps());
        jvm.add(one);
        ofProcess.computeIfAbsent(one.process(), pid -> new LinkedHashSet<>()).add(jvm);
      }
    }
    for (Found one : all) {
      if (one.address().isEmpty()) {
        Set<JvmDumps> known =
            one.process().isEmpty() ? Set.of() : ofProcess.getOrDefault(one.process(), Set.of());
        String key = one.process().isEmpty() || known.size() > 1 ? one.source() : one.process();
        JvmDumps jvm =
            known.size() == 1
                ? known.iterator().next()
                : byKey.computeIfAbsent(key, own -> new JvmDumps());
        jvm.add(one);
      }
    }
    List<JvmDumps> jvms = new ArrayList<>(byKey.values());
    joinNameless(jvms);
    jvms.sort(Comparator.comparing(JvmDumps::number));
    return jvms;
  }

  /*
   * jstack prints no process id, so what it prints and the file of Thread.dump_to_file that was
   * written beside it share no key. They are one where each is the only one that fits the other.
   */
  private static void joinNameless(List<JvmDumps> jvms) {
    List<JvmDumps> nameless = jvms.stream().filter(JvmDumps::isNameless).toList();
    List<JvmDumps> filed = jvms.stream().filter(JvmDumps::isFilesOnly).toList();
    for (JvmDumps files : filed) {
      JvmDumps prints = onlyOne(nameless.stream().filter(files::isOfOneMoment).toList());
      if (prints != null
          && onlyOne(filed.stream().filter(prints::isOfOneMoment).toList()) == files) {
        files.found.values().forEach(prints::add);
        jvms.remove(files);
      }
    }
  }

  private static @Nullable JvmDumps onlyOne(List<JvmDumps> fitting) {
    return fitting.size() == 1 ? fitting.get(0) : null;
  }

  private boolean isNameless() {
    return found.values().stream().allMatch(one -> one.process().isEmpty())
        && found.values().stream().anyMatch(one -> Moment.isPrint(one.dump()));
  }

  private boolean isFilesOnly() {
    return found.values().stream().allMatch(one -> Moment.isFile(one.dump()));
  }

  private boolean isOfOneMoment(JvmDumps other) {
    List<Dump> both = new ArrayList<>();
    found.values().forEach(one -> both.add(one.dump()));
    other.found.values().forEach(one -> both.add(one.dump()));
    return !new Pairing(both).pairs().isEmpty();
  }

  /** As the first dump names it, with the process id that any of them tells. */
  JvmIdentity jvm() {
    JvmIdentity jvm = found.values().iterator().next().dump().observation().jvm();
    for (Found one : found.values()) {
      long pid = one.dump().observation().jvm().pid();
      if (jvm.pid() == JvmIdentity.UNKNOWN_PID && pid != JvmIdentity.UNKNOWN_PID) {
        jvm = new JvmIdentity(jvm.service(), jvm.instance(), pid, jvm.jdk());
      }
    }
    return jvm;
  }

  /** The files, in the order of the command line. */
  List<String> sources() {
    Set<String> sources = new LinkedHashSet<>();
    for (Found one : found.values()) {
      sources.add(one.file().source().isEmpty() ? "standard input" : one.file().source());
    }
    return List.copyOf(sources);
  }

  /** Those that are no copies of others, in the order in which they were found. */
  List<Dump> dumps() {
    Copies copies = new Copies();
    return found.values().stream().map(Found::dump).filter(copies::isNew).toList();
  }
}
