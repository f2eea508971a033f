package dev.unpark.collector.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Severity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The same store on a real PostgreSQL, and what happens when that is gone for a while. */
class PostgresTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void givenPostgres_whenItIsGoneForAWhile_thenWhatWasWrittenIsThereAndWritingGoesOn()
      throws Exception {
    Path bin = PostgresServer.installed();
    Assumptions.assumeTrue(bin != null, "skipped: no PostgreSQL in /usr/lib/postgresql");
    try (PostgresServer server = PostgresServer.start(bin)) {
      Incident first = incident("1", null);
      Incident second = incident("2", NOON.plusSeconds(9));
      try (IncidentStore store = new SqlIncidentStore(Database.at(server.url()))) {
        store.write(List.of(first));

        server.stop();
        assertThatThrownBy(() -> store.write(List.of(second)))
            .isInstanceOf(IncidentStore.Unavailable.class);
        server.begin();

        store.write(List.of(second, first));
        assertThat(store.find("1")).contains(first);
        store.write(List.of(named("3", "a\u0000b\ud800" + "c".repeat(2_000))));
        assertThat(store.find("3").orElseThrow().service()).startsWith("a\ufffdb\ufffdccc");
        assertThat(store.forget(NOON.plusSeconds(6), 100)).isEqualTo(1);
      }
      try (IncidentStore again = new SqlIncidentStore(Database.at(server.url()))) {
        assertThat(again.list(new IncidentStore.Query(true, "checkout", "deadlock", null, 9)))
            .extracting(Incident::id)
            .containsExactly("1");
        assertThat(again.find("2")).contains(second);
        assertThat(again.forget(NOON.plusSeconds(10), 100)).isEqualTo(1);
        assertThat(again.find("2")).isEmpty();
        assertThat(again.forget(NOON, 1)).isZero();
      }
    }
  }

  private static Incident incident(String id, @org.jspecify.annotations.Nullable Instant closed) {
    return incident(id, "checkout", closed);
  }

  /** One of a service that calls itself something that no table can hold as it is. */
  private static Incident named(String id, String service) {
    return incident(id, service, NOON.plusSeconds(5));
  }

  private static Incident incident(
      String id, String service, @org.jspecify.annotations.Nullable Instant closed) {
    return new Incident(
        id,
        service,
        "deadlock:3f9c",
        "deadlock",
        Severity.CRITICAL,
        Certainty.PROVEN,
        "2 threads wait for each other",
        NOON,
        NOON.plusSeconds(5),
        closed,
        null,
        "",
        "{\"id\":\"deadlock:3f9c\"}",
        List.of(new Incident.Affected("checkout-1", NOON, closed)),
        List.of(new Incident.Event(NOON, Incident.Kind.OPENED, "checkout-1")));
  }
}
