package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.dumps.judge.Diagnosis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Rows of the index that were read by hand: those of which nothing is known, where each finding is
 * a false alarm unless shown to be true, and those with a known trouble that is no deadlock.
 */
class JudgedRowsTest {

  /*
   * Of which nothing is known, and in which something is true all the same. WebLogic takes its dumps
   * itself, and the JVM prints its section only for a signal: in these, two threads each hold the
   * monitor that the other waits to lock. Likewise in IBM's, by idents 7 and 8 of flat locks. In all
   * others the owner sleeps with the lock in its hand.
   */
  private static final Map<String, Set<String>> TRUE_AFTER_ALL =
      Map.of(
          "olivergondza+dumpling/factory__ThreadDumpFactoryTest__crlf.log",
          Set.of("long-hold"),
          "olivergondza+dumpling/factory__ThreadDumpFactoryTest__ownable-synchronizers.log",
          Set.of("long-hold"),
          "yusuke+samurai/IBM__1.4.2IBM__javacore.20060511.172914.516.txt",
          Set.of("long-hold"),
          "yusuke+samurai/IBM__1.4.2IBM__javacore.20060511.172921.516.txt",
          Set.of("long-hold"),
          "yusuke+samurai/IBM__1.4.2IBM__javacore.20060511.172928.516.txt",
          Set.of("long-hold"),
          "yusuke+samurai/resources__Apple__1.5.0_13AppleBlocking.dmp",
          Set.of("long-hold"),
          "yusuke+samurai/resources__IBM__1.4.0IBMstacked.dmp",
          Set.of("deadlock"),
          "yusuke+samurai/resources__Sun__weblogic.admin811Sun.dmp",
          Set.of("deadlock"),
          "yusuke+samurai/resources__Sun__weblogic.admin812Sun.dmp",
          Set.of("deadlock"));

  /*
   * With a trouble that is no deadlock, as far as the dump shows it. Left out is HP's, which lists
   * the queue of WebLogic's socket readers: two that take turns at waiting for input are no trouble.
   */
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("dumpling/resources__jstack__ReentrantLock-parking-blockage.log", "long-hold"),
          Map.entry(
              "dumpling/resources__jstack__ReentrantReadWriteLock-parking-blockage-read.log",
              "long-hold"),
          Map.entry(
              "dumpling/resources__jstack__ReentrantReadWriteLock-parking-blockage-write.log",
              "long-hold"),
          Map.entry("dumpling/resources__jstack__blocking-chain.log", "long-hold"),
          Map.entry("dumpling/resources__jstack__blocking-tree.log", "long-hold"),
          Map.entry("dumpling/resources__jstack__contention.log", "long-hold"),
          Map.entry("dumpling/resources__jstack__producer-consumer.log", "long-hold"),
          Map.entry("jthreaddump/test__resources__reentrant-lock.txt", "long-hold"),
          Map.entry("jthreaddump/scenarios__lock-contention__dump-3.txt", "long-hold"),
          Map.entry("jthreaddump/scenarios__reentrant-lock__dump-4.txt", "long-hold"),
          Map.entry(
              "samurai/OpenJDK__17__samurai.core.BlockerExample-28082-2021-09-15-17-02-03.dmp",
              "long-hold"),
          Map.entry("samurai/resources__SpringBoot__spring-boot-2.5.4-java8-text.dmp", "long-hold"),
          Map.entry("generated/jdk17-convoy.jstack-l.txt", "long-hold"),
          Map.entry("generated/jdk25-convoy.jstack-l.txt", "long-hold"),
          Map.entry("generated/jdk25-convoy.dump_to_file.txt", "long-hold"),
          Map.entry("generated/jdk25-convoy.dump_to_file.json", "long-hold"),
          Map.entry("jthreaddump/scenarios__cpu-hotspot__dump-1.txt", "livelock"),
          Map.entry("jthreaddump/scenarios__cpu-hotspot__dump-2.txt", "livelock"),
          Map.entry(
              "samurai/Liberica__11__one.cafebabe.samurai.core.example.HighCPUExample-98091-2021-10-11.txt",
              "livelock"),
          Map.entry("generated/jdk17-busy.jstack-l.txt", "livelock"),
          Map.entry("generated/jdk25-busy.jstack-l.txt", "livelock"),
          Map.entry("generated/jdk17-thread-leak.jstack-l.txt", "thread-leak"),
          Map.entry("generated/jdk25-thread-leak.jstack-l.txt", "thread-leak"));

  @Test
  void givenRowsOfWhichNothingIsKnown_whenDiagnosed_thenNothingFalseIsTold() throws IOException {
    Map<String, Set<String>> told = new TreeMap<>();
    int rows = 0;
    for (Corpus.Row row : Corpus.rows()) {
      if (row.isOfNoTrouble()) {
        rows++;
        Set<String> types = told(row);
        if (!types.isEmpty()) {
          told.put(row.file(), types);
        }
      }
    }
    long falseAlarms =
        told.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(TRUE_AFTER_ALL.get(entry.getKey())))
            .count();
    System.out.printf(
        "rows of which nothing is known: %d, with a finding: %d, with a false one: %d%n",
        rows, told.size(), falseAlarms);

    assertThat(rows).isEqualTo(63);
    assertThat(told).isEqualTo(TRUE_AFTER_ALL);
  }

  @Test
  void givenRowsWithAKnownTrouble_whenDiagnosed_thenItIsFound() throws IOException {
    Map<String, Set<String>> missed = new TreeMap<>();
    int rows = 0;
    for (Corpus.Row row : Corpus.rows()) {
      String expected = KNOWN.get(row.file().substring(row.file().indexOf('+') + 1));
      if (expected != null) {
        rows++;
        Set<String> types = told(row);
        if (!types.contains(expected)) {
          missed.put(row.file(), types);
        }
      }
    }

    assertThat(rows).isEqualTo(KNOWN.size());
    assertThat(missed).isEmpty();
  }

  /** What is found in any of its dumps alone, and in all of them as a series. */
  private static Set<String> told(Corpus.Row row) throws IOException {
    DumpFile file = Corpus.read(row);
    Set<String> types = new TreeSet<>();
    for (Dump dump : file.dumps()) {
      Diagnostician alone = new Diagnostician(Detectors.all(), Duration.ZERO);
      add(alone.observe(dump.observation()), types);
    }
    for (Diagnosis series : Diagnosis.of(List.of(file), KnownStacks.standard())) {
      add(series.findings(), types);
    }
    return types;
  }

  private static void add(List<Finding> findings, Set<String> types) {
    findings.forEach(finding -> types.add(finding.type()));
  }
}
