package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.dumps.Dump;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a dump from a copy of one that was there before.
 *
 * <p>Two that say the same of every thread are one look when both were taken in the same second,
 * or, where one has no time, when they stand in different files. A healthy JVM may say the same in
 * thousands of dumps, so each is compared with one of a second and one of a file only.
 */
final class Copies {
  /** By a hash of what they say. */
  private final Map<Integer, Alike> alike = new HashMap<>();

  /** Dumps whose hashes are equal; of those that say the same, one of each second and file. */
  private static final class Alike {
    final Map<Instant, List<Dump>> bySecond = new HashMap<>();
    final Map<String, List<Dump>> timed = new LinkedHashMap<>();
    final Map<String, List<Dump>> untimed = new LinkedHashMap<>();
  }

  /** Whether this dump is no copy; it is known from then on. */
  boolean isNew(Dump dump) {
    List<ObservedThread> said = said(dump);
    Alike known = alike.computeIfAbsent(said.hashCode(), hash -> new Alike());
    String source = dump.lines().source();
    if (isElsewhere(known.untimed, source, said)) {
      return false;
    }
    if (dump.timeKnown()) {
      Instant second = dump.observation().time().truncatedTo(ChronoUnit.SECONDS);
      List<Dump> then = known.bySecond.computeIfAbsent(second, time -> new ArrayList<>(1));
      if (saysTheSame(then, said)) {
        return false;
      }
      then.add(dump);
      keep(known.timed, source, dump, said);
    } else {
      if (isElsewhere(known.timed, source, said)) {
        return false;
      }
      keep(known.untimed, source, dump, said);
    }
    return true;
  }

  private static void keep(
      Map<String, List<Dump>> bySource, String source, Dump dump, List<ObservedThread> said) {
    List<Dump> there = bySource.computeIfAbsent(source, file -> new ArrayList<>(1));
    if (!saysTheSame(there, said)) {
      there.add(dump);
    }
  }

  /** At the first file that has one it is known; the own file is the one that does not count. */
  private static boolean isElsewhere(
      Map<String, List<Dump>> bySource, String source, List<ObservedThread> said) {
    for (Map.Entry<String, List<Dump>> file : bySource.entrySet()) {
      if (!file.getKey().equals(source) && saysTheSame(file.getValue(), said)) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysTheSame(List<Dump> known, List<ObservedThread> said) {
    return known.stream().anyMatch(dump -> said(dump).equals(said));
  }

  private static List<ObservedThread> said(Dump dump) {
    return dump.observation().threads().stream()
        .map(
            thread ->
                ObservedThread.live(
                    thread.id(),
                    thread.name(),
                    thread.virtual(),
                    thread.state(),
                    thread.currentWait(),
                    thread.stack()))
        .toList();
  }
}
