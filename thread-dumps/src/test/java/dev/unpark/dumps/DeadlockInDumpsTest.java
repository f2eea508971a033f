package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.ObservedThread;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real dumps of deadlocked JVMs: our graph against the JVM's own section. */
class DeadlockInDumpsTest {
  private static final Pattern SECTION =
      Pattern.compile("(?ms)^Found one Java-level deadlock:.*?^Found \\d+ deadlocks?\\.");

  /**
   * Deadlocks that neither the JVM nor the index knows: WebLogic takes these dumps itself, and the
   * JVM prints its section only for a signal. Read by hand, the two threads named by our graph each
   * hold the object that the other waits to lock.
   */
  private static final Set<String> SILENT =
      Set.of(
          "yusuke+samurai/resources__Sun__weblogic.admin811Sun.dmp",
          "yusuke+samurai/resources__Sun__weblogic.admin812Sun.dmp",
          "yusuke+samurai/resources__Sun__weblogic.admin813Sun.dmp",
          "yusuke+samurai/resources__Sun__weblogic.admin815Sun.dmp",
          "yusuke+samurai/resources__Sun__weblogic.admin900Sun.dmp",
          "yusuke+samurai/resources__Sun__weblogic.admin910Sun.dmp");

  static Stream<Corpus.Row> deadlocked() throws IOException {
    return Corpus.rows().stream().filter(row -> row.isHotSpot() && row.isJavaLevelDeadlock());
  }

  static Stream<Corpus.Row> others() throws IOException {
    return Corpus.rows().stream().filter(row -> row.isHotSpot() && !row.isJavaLevelDeadlock());
  }

  @ParameterizedTest
  @MethodSource("deadlocked")
  void givenADeadlockTheJvmKnows_whenReduced_thenTheSameThreadsAreStuck(Corpus.Row row)
      throws IOException {
    DumpFile file = Corpus.read(row);

    assertThat(file.dumps()).anyMatch(dump -> !dump.reportedDeadlocks().isEmpty());
    for (Dump dump : file.dumps()) {
      assertThat(stuckAsReported(dump)).isEqualTo(reported(dump));
      assertThat(names(dump, members(dump))).as("ring").isSubsetOf(reportedNames(file));
      // A server that takes its dump itself gets no section, though the same threads stand there.
      if (!dump.reportedDeadlocks().isEmpty()) {
        assertThat(knots(dump)).as("one knot each").hasSize(rings(dump));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("deadlocked")
  void givenTheSameDumpWithoutTheJvmsSection_whenReduced_thenNothingChangesWhereOwnersArePrinted(
      Corpus.Row row) throws IOException {
    byte[] bytes = Files.readAllBytes(Corpus.directory().resolve(row.file()));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String stripped = SECTION.matcher(text.replace("\r\n", "\n")).replaceAll("");
    DumpFile with = Corpus.read(row);
    DumpFile without =
        Corpus.read(
            row.file(), new ByteArrayInputStream(stripped.getBytes(StandardCharsets.ISO_8859_1)));

    assertThat(without.dumps()).hasSameSizeAs(with.dumps());
    for (int i = 0; i < with.dumps().size(); i++) {
      Dump known = with.dumps().get(i);
      Dump own = without.dumps().get(i);
      assertThat(own.reportedDeadlocks()).isEmpty();
      boolean printsOwners =
          own.observation().limits().stream().noneMatch(limit -> limit.startsWith("owners of"));
      assertThat(members(own)).isEqualTo(printsOwners ? members(known) : Set.of());
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void givenADumpWithoutSuchADeadlock_whenReduced_thenAgreesWithTheJvm(Corpus.Row row)
      throws IOException {
    DumpFile file = Corpus.read(row);
    for (Dump dump : file.dumps()) {
      if (knots(dump).isEmpty()) {
        assertThat(dump.reportedDeadlocks()).isEmpty();
      } else if (dump.reportedDeadlocks().isEmpty()) {
        assertThat(row.truth().contains("deadlock") || SILENT.contains(row.file()))
            .as(() -> row + ": " + names(dump, members(dump)))
            .isTrue();
      } else {
        assertThat(names(dump, members(dump))).isSubsetOf(reportedNames(file));
      }
    }
  }

  @Test
  void givenVirtualThreadsOfJdk25InJson_whenReduced_thenTheirMonitorDeadlockIsFound()
      throws IOException {
    Corpus.Row row =
        Corpus.rows().stream()
            .filter(r -> r.file().equals("generated/jdk25-v-deadlock.dump_to_file.json"))
            .findFirst()
            .orElseThrow();
    Dump dump = Corpus.read(row).dumps().get(0);

    assertThat(knots(dump)).hasSize(1);
    assertThat(members(dump))
        .allMatch(
            id ->
                dump.observation().threads().stream()
                    .anyMatch(thread -> thread.id() == id && thread.virtual()));
  }

  private static List<Knot> knots(Dump dump) {
    return new WaitForGraph(dump.observation()).knots();
  }

  private static Set<Long> members(Dump dump) {
    Set<Long> members = new TreeSet<>();
    knots(dump).forEach(knot -> members.addAll(knot.members()));
    return members;
  }

  private static List<String> names(Dump dump, Set<Long> ids) {
    return dump.observation().threads().stream()
        .filter(thread -> ids.contains(thread.id()))
        .map(ObservedThread::name)
        .toList();
  }

  private static Set<String> reportedNames(DumpFile file) {
    Set<String> names = new TreeSet<>();
    file.dumps().stream()
        .flatMap(dump -> dump.reportedDeadlocks().stream())
        .forEach(deadlock -> names.addAll(deadlock.names()));
    return names;
  }

  private static Set<Long> reported(Dump dump) {
    Set<Long> reported = new TreeSet<>();
    dump.reportedDeadlocks().forEach(deadlock -> reported.addAll(deadlock.threads()));
    return reported;
  }

  /** Those threads of the JVM's section that our graph calls stuck; it may print a tail as well. */
  private static Set<Long> stuckAsReported(Dump dump) {
    WaitForGraph graph = new WaitForGraph(dump.observation());
    Set<Long> stuck = new TreeSet<>(reported(dump));
    stuck.removeIf(thread -> !graph.isStuck(thread));
    return stuck;
  }

  private static int rings(Dump dump) {
    return (int) dump.reportedDeadlocks().stream().distinct().count();
  }
}
