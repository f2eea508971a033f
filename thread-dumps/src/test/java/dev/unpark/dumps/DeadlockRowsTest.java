package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every row of the index that has a deadlock, in whatever form, against who takes part in it. Who
 * does is told by the JVM's own section, read here by other means than the reader's, and where
 * there is none by hand.
 */
class DeadlockRowsTest {
  /** The bar. */
  private static final double FOUND = 0.98;

  /**
   * Rows that are wrong: upstream names the scenario so, but its dumps show a single thread of the
   * program, "scenario-deadlock", which sleeps, and no thread that waits for a lock.
   */
  private static final Set<String> NO_DEADLOCK =
      Set.of(
          "parttimenerd+jthreaddump/scenarios__deadlock__dump-1.txt",
          "parttimenerd+jthreaddump/scenarios__deadlock__dump-4.txt",
          "parttimenerd+jthreaddump/scenarios__deadlock__dump-5.txt");

  /**
   * HotSpot's text without a section of the JVM, read by hand: each of the two holds what the other
   * waits to lock, in Jenkins's queue a ReentrantLock and the write lock of a
   * ReentrantReadWriteLock.
   */
  private static final Map<String, Set<String>> WITHOUT_SECTION =
      Map.of(
          "olivergondza+dumpling/query__DeadlocksTest__synchronizer_deadlock.log",
              Set.of(
                  "AtmostOneTaskExecutor[hudson.model.Queue$1@2f485891] [#15]",
                  "Executing labels(hudson.slaves.NodeProvisionerTest)"),
          "olivergondza+dumpling/resources__jstack__deadlock-and-friends.log",
              Set.of(
                  "Handling POST /view/OuterNestedView/view/NestedView/view/ListView/configSubmit"
                      + " : ajp-127.0.0.1-8009-50",
                  "Handling POST /view/OuterNestedView/view/NestedView/view/ListView/job/a_job"
                      + "/doRename : ajp-127.0.0.1-8009-103"),
          "parttimenerd+jthreaddump/test__resources__thread-dump-deadlock.txt",
              Set.of("Thread-A", "Thread-B"));

  private static final Pattern SECTION =
      Pattern.compile("(?ms)^Found one Java-level deadlock:\\s*=+(.*?)^Java stack information for");

  private static final Pattern WAIT =
      Pattern.compile("(?s)^\"([^\\n]*)\":\\R.*?which is held by \"([^\\n]*)\"", Pattern.MULTILINE);

  @Test
  void givenEveryRowWithADeadlock_whenDiagnosed_thenItsThreadsAreNamedAndNoOthers()
      throws IOException {
    Map<String, String> missed = new TreeMap<>();
    int rows = 0;
    for (Corpus.Row row : Corpus.rows()) {
      if (!row.showsDeadlock() || NO_DEADLOCK.contains(row.file())) {
        continue;
      }
      rows++;
      Set<Set<String>> expected = expected(row);
      Set<Set<String>> found = found(row);
      if (expected.isEmpty() || !found.equals(expected)) {
        missed.put(row.file(), "found " + found + " instead of " + expected);
      }
    }
    double rate = 1 - (double) missed.size() / rows;
    System.out.printf(
        "deadlock rows: %d, found with the right threads: %d, %.1f %%%n",
        rows, rows - missed.size(), 100 * rate);

    assertThat(rows).isGreaterThan(80);
    assertThat(rate).as(missed.toString()).isGreaterThanOrEqualTo(FOUND);
  }

  @Test
  void givenRowsThatClaimADeadlockWhichIsNotThere_whenDiagnosed_thenNoneIsFound()
      throws IOException {
    for (Corpus.Row row : Corpus.rows()) {
      if (NO_DEADLOCK.contains(row.file())) {
        assertThat(found(row)).as(row.file()).isEmpty();
      }
    }
  }

  private static Set<Set<String>> expected(Corpus.Row row) throws IOException {
    byte[] bytes = Files.readAllBytes(Corpus.directory().resolve(row.file()));
    Set<Set<String>> told = rings(new String(bytes, StandardCharsets.UTF_8));
    if (told.isEmpty()) {
      Set<String> read = WITHOUT_SECTION.get(row.file());
      return read == null ? OtherForms.deadlocks(row) : Set.of(read);
    }
    return told;
  }

  /**
   * The rings of the JVM's own sections; a section also lists threads that only queue behind one.
   */
  private static Set<Set<String>> rings(String text) {
    Set<Set<String>> rings = new HashSet<>();
    Matcher section = SECTION.matcher(text);
    while (section.find()) {
      Map<String, String> ownerOf = new LinkedHashMap<>();
      Matcher wait = WAIT.matcher(section.group(1));
      while (wait.find()) {
        ownerOf.putIfAbsent(wait.group(1), wait.group(2));
      }
      Set<String> passed = new HashSet<>();
      String thread = ownerOf.keySet().iterator().next();
      while (passed.add(thread)) {
        thread = ownerOf.get(thread);
      }
      Set<String> ring = new TreeSet<>();
      while (ring.add(thread)) {
        thread = ownerOf.get(thread);
      }
      rings.add(ring);
    }
    return rings;
  }

  /** The members of each deadlock that any dump of the file shows. */
  private static Set<Set<String>> found(Corpus.Row row) throws IOException {
    Set<Set<String>> found = new HashSet<>();
    for (Dump dump : Corpus.read(row).dumps()) {
      List<Finding> findings = OtherFormsTest.findings(dump);
      for (Finding finding : findings) {
        if (finding.type().equals("deadlock")) {
          Set<String> members = new TreeSet<>();
          finding.participants().stream()
              .filter(participant -> participant.role() == Role.MEMBER)
              .forEach(participant -> members.add(participant.thread().name()));
          found.add(members);
        }
      }
    }
    return found;
  }
}
