package dev.unpark.collector.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same store on a real PostgreSQL, and what happens when that is gone for a while. */
class PostgresTest {
  @TempDir Path folder;

  private static final Instant NOON = SomeIncidents.NOON;

  @Test
  void givenPostgres_whenItIsGoneForAWhile_thenWhatWasWrittenIsThereAndWritingGoesOn()
      throws Exception {
    Path bin = PostgresServer.installed();
    Assumptions.assumeTrue(bin != null, "skipped: no PostgreSQL in /usr/lib/postgresql");
    try (PostgresServer server = PostgresServer.start(bin)) {
      Incident first = SomeIncidents.of("1", "checkout", null);
      Incident second = SomeIncidents.of("2", "checkout", NOON.plusSeconds(9));
      try (IncidentStore store = new SqlIncidentStore(Database.at(server.url()))) {
        store.write(List.of(first));

        server.stop();
        assertThatThrownBy(() -> store.write(List.of(second)))
            .isInstanceOf(IncidentStore.Unavailable.class);
        server.begin();

        store.write(List.of(second, first));
        assertThat(store.find("1")).contains(first);
        // What no table can hold as it is.
        String name = "a\u0000b\ud800" + "c".repeat(2_000);
        store.write(List.of(SomeIncidents.of("3", name, NOON.plusSeconds(5))));
        assertThat(store.find("3").orElseThrow().service()).startsWith("a\ufffdb\ufffdccc");
        forget(store, NOON.plusSeconds(6), 100);
        assertThat(store.find("3")).isEmpty();
      }
      try (IncidentStore again = new SqlIncidentStore(Database.at(server.url()))) {
        assertThat(again.list(new IncidentStore.Query(true, "checkout", "deadlock", null, 9)))
            .extracting(Incident::id)
            .containsExactly("1");
        assertThat(again.find("2")).contains(second);
        forget(again, NOON.plusSeconds(10), 100);
        assertThat(again.find("2")).isEmpty();
        forget(again, NOON, 0);
        assertThat(again.find("1")).contains(first);
      }
    }
  }

  private static void forget(IncidentStore store, Instant closedBefore, int most)
      throws IncidentStore.Unavailable {
    store.forget(
        new Retention(closedBefore, most, Long.MAX_VALUE), (reason, acknowledged, count) -> {});
  }

  @Test
  void givenAnEmbeddedDatabase_whenMovedToPostgresAndBack_thenItIsAllThere() throws Exception {
    Path bin = PostgresServer.installed();
    Assumptions.assumeTrue(bin != null, "skipped: no PostgreSQL in /usr/lib/postgresql");
    Path export = folder.resolve("a.zip");
    try (PostgresServer server = PostgresServer.start(bin)) {
      try (Database embedded = Database.inFolder(folder.resolve("first"))) {
        SomeIncidents.fill(embedded, folder);
        ExportFile.write(embedded, export, "test", NOON);
      }
      Path moved = folder.resolve("b.zip");
      try (Database postgres = Database.at(server.url());
          ImportFile file = ImportFile.open(export)) {
        file.check();
        assertThat(file.into(postgres)).isEqualTo(new ImportFile.Taken(3, 0, 2, 2));
        assertThat(file.into(postgres)).isEqualTo(new ImportFile.Taken(0, 3, 0, 2));
        ExportFile.write(postgres, moved, "test", NOON);
        IncidentStore store = new SqlIncidentStore(postgres);
        assertThat(store.size()).isBetween(700_000L, 2_000_000L);
        store.forget(
            new Retention(Instant.EPOCH, 10, 100_000), (reason, acknowledged, count) -> {});
        assertThat(store.size()).isLessThan(100_000L);
        assertThat(store.find("open")).isPresent();
      }
      Path back = folder.resolve("c.zip");
      try (Database embedded = Database.inFolder(folder.resolve("second"));
          ImportFile file = ImportFile.open(moved)) {
        file.check();
        assertThat(file.into(embedded)).isEqualTo(new ImportFile.Taken(3, 0, 2, 2));
        ExportFile.write(embedded, back, "test", NOON);
      }
      assertThat(SomeIncidents.content(back)).isEqualTo(SomeIncidents.content(export));
    }
  }
}
