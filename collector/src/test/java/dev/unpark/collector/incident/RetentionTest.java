package dev.unpark.collector.incident;

import static dev.unpark.collector.incident.SomeIncidents.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is forgotten, and that it is counted. */
class RetentionTest {
  private static final long PLENTY = Long.MAX_VALUE;

  @TempDir Path folder;
  private Database database;
  private SqlIncidentStore store;
  private SqlEvidenceStore evidence;
  private final List<String> forgotten = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    database = Database.inFolder(folder.resolve("data"));
    store = new SqlIncidentStore(database);
    evidence = new SqlEvidenceStore(database);
    keep("old", NOON.minusSeconds(900), null);
    keep("seen", NOON.minusSeconds(800), NOON.minusSeconds(850));
    keep("young", NOON.minusSeconds(10), null);
    keep("open", null, null);
  }

  @AfterEach
  void close() {
    evidence.close();
    store.close();
  }

  private void keep(String id, @Nullable Instant closed, @Nullable Instant acknowledged)
      throws Exception {
    store.write(List.of(SomeIncidents.of(id, "checkout", closed, acknowledged)));
    Path file = SomeIncidents.bytes(folder, 1 << 20);
    assertThat(evidence.add(id, "recording.jfr", "", NOON, file)).isPresent();
  }

  private List<String> left(Instant closedBefore, int most, long bytes) throws Exception {
    store.forget(
        new Retention(closedBefore, most, bytes),
        (reason, acknowledged, count) -> {
          if (count > 0) {
            forgotten.add(reason.label() + " " + acknowledged + " " + count);
          }
        });
    return store.list(new IncidentStore.Query(null, null, null, null, 10)).stream()
        .map(Incident::id)
        .sorted()
        .toList();
  }

  @Test
  void givenAge_whenForgotten_thenOnlyThoseThatEndedBefore() throws Exception {
    assertThat(left(NOON.minusSeconds(500), 10, PLENTY)).containsExactly("open", "young");
    assertThat(forgotten).containsExactly("age false 1", "age true 1");
  }

  @Test
  void givenACount_whenForgotten_thenThoseThatEndedFirstAndNeverAnOpenOne() throws Exception {
    assertThat(left(Instant.EPOCH, 3, PLENTY)).containsExactly("open", "seen", "young");
    assertThat(left(Instant.EPOCH, 0, PLENTY)).containsExactly("open");
    assertThat(forgotten).containsExactly("count false 1", "count false 1", "count true 1");
  }

  @Test
  void givenASize_whenForgotten_thenTheRoomIsThereAgainAndTheOpenOneKeepsItsEvidence()
      throws Exception {
    assertThat(store.size()).isBetween(4L << 20, 5L << 20);

    assertThat(left(Instant.EPOCH, 10, 3L << 20)).containsExactly("open", "young");
    assertThat(store.size()).isLessThan(3L << 20);
    assertThat(left(Instant.EPOCH, 10, 1000)).containsExactly("open");
    assertThat(evidence.of("open")).hasSize(1);
    assertThat(evidence.of("old")).isEmpty();
    assertThat(forgotten).containsExactly("size false 1", "size true 1", "size false 1");
  }

  @Test
  void givenEvidence_whenAddedAgainOrTooOften_thenItIsKeptOnceAndRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "\"main\" #1");
    EvidenceFile first = evidence.add("open", "a", "", NOON, text).orElseThrow();
    assertThat(evidence.add("open", "a", "", NOON.plusSeconds(9), text)).contains(first);
    assertThat(first.kind()).isEqualTo(EvidenceFile.Kind.TEXT);
    assertThat(evidence.piece(first, 0)).asString().isEqualTo("\"main\" #1");
    assertThat(evidence.piece(first, 1)).isEmpty();
    assertThat(evidence.add("none", "a", "", NOON, text)).isEmpty();
    for (int i = evidence.of("open").size(); i < EvidenceStore.MOST_FILES; i++) {
      evidence.add("open", "file " + i, "", NOON, text);
    }
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> evidence.add("open", "one more", "", NOON, text)))
        .isInstanceOf(EvidenceStore.Refused.class);
  }

  @Test
  void givenJvms_whenSeenAgain_thenFirstAndLastSightAreKept() throws Exception {
    try (SqlInventory inventory = new SqlInventory(database)) {
      inventory.write(List.of(new SeenJvm("a", "1", "17", "h", 1, NOON, NOON)));
      Instant later = NOON.plusSeconds(60);
      inventory.write(List.of(new SeenJvm("a", "1", "25", "h", 2, later, later)));
      inventory.write(
          List.of(new SeenJvm("a", "1", "11", "h", 3, NOON.minusSeconds(1), NOON.minusSeconds(1))));

      assertThat(inventory.list("a", 10))
          .containsExactly(new SeenJvm("a", "1", "25", "h", 2, NOON.minusSeconds(1), later));
      inventory.forget(later.plusSeconds(1));
      assertThat(inventory.list(null, 10)).isEmpty();
    }
  }
}
