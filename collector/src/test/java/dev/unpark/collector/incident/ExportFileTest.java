package dev.unpark.collector.incident;

import static dev.unpark.collector.incident.SomeIncidents.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export and import between embedded databases; PostgresTest moves to a server and back. */
class ExportFileTest {
  @TempDir Path folder;
  private Path export;

  @BeforeEach
  void export() throws Exception {
    export = folder.resolve("export.zip");
    try (Database database = Database.inFolder(folder.resolve("from"))) {
      SomeIncidents.fill(database, folder);
      assertThat(ExportFile.write(database, export, "test", NOON))
          .hasToString("3 incidents, 2 files of evidence, 2 JVMs");
    }
  }

  @Test
  void givenAnExport_whenTakenTwice_thenItIsAllThereOnceAndNothingNewerIsLost() throws Exception {
    try (Database to = Database.inFolder(folder.resolve("to"));
        IncidentStore store = new SqlIncidentStore(to)) {
      Incident newer = later(SomeIncidents.of("open", "checkout", null));
      store.write(List.of(newer));
      assertThat(taken(export, to)).isEqualTo(new ImportFile.Taken(2, 1, 2, 2));
      assertThat(taken(export, to)).isEqualTo(new ImportFile.Taken(0, 3, 0, 2));

      assertThat(store.find("open")).contains(newer);
      assertThat(store.find("seen"))
          .contains(
              SomeIncidents.of("seen", "payments", NOON.plusSeconds(30), NOON.plusSeconds(9)));
      try (SqlEvidenceStore evidence = new SqlEvidenceStore(to)) {
        assertThat(evidence.of("over"))
            .extracting(EvidenceFile::name, EvidenceFile::bytes)
            .containsExactly(tuple("recording.jfr", 700_000L));
      }
    }
  }

  @Test
  void givenAnOlderHistoryOfAnIncident_whenANewerIsTaken_thenNoEventsOfTheOldAreLeft()
      throws Exception {
    try (Database to = Database.inFolder(folder.resolve("to"));
        IncidentStore store = new SqlIncidentStore(to)) {
      Incident other = earlier(SomeIncidents.of("seen", "payments", null));
      store.write(List.of(other));
      taken(export, to);

      assertThat(store.find("seen"))
          .contains(
              SomeIncidents.of("seen", "payments", NOON.plusSeconds(30), NOON.plusSeconds(9)));
    }
  }

  @Test
  void givenFilesThatAreNoExport_whenTaken_thenEachIsRefusedWithItsPlace() throws Exception {
    assertRefused(Files.writeString(folder.resolve("a"), "PK? no"), "it is no zip file");
    byte[] whole = Files.readAllBytes(export);
    assertRefused(
        Files.write(folder.resolve("b"), Arrays.copyOf(whole, whole.length / 2)),
        "it is no zip file");
    assertRefused(with("unpark-export.json", old -> null), "an entry is missing");
    assertRefused(
        with("unpark-export.json", old -> old.replace("\"version\":1", "\"version\":2")),
        "this version cannot read it");
    assertRefused(
        with("unpark-export.json", old -> old.replace("unpark-export", "other")),
        "this version cannot read it");
    assertRefused(
        with("incidents.jsonl", old -> old + "nonsense\n"),
        "incidents.jsonl, line 4 is not one object of JSON");
    assertRefused(
        with("incidents.jsonl", old -> old.replace("\"openedAt\"", "\"opened\"")),
        "incidents.jsonl, line 1: 'openedAt' cannot be used");
    assertRefused(
        with("incidents.jsonl", old -> old.replace("\"kind\":\"opened\"", "\"kind\":\"odd\"")),
        "incidents.jsonl, line 1, events[0]: 'kind' cannot be used");
    assertRefused(
        with("incidents.jsonl", old -> old.replaceFirst("\"id\":\"\\w+\"", "\"id\":\"../x\"")),
        "incidents.jsonl, line 1: 'id' cannot be used");
    assertRefused(
        with("jvms.jsonl", old -> old.replace("\"pid\":4711", "\"pid\":-5")),
        "jvms.jsonl, line 1: 'pid' cannot be used");
    String file =
        SomeIncidents.content(export).keySet().stream()
            .filter(name -> name.startsWith("evidence/"))
            .findFirst()
            .orElseThrow();
    assertRefused(with(file, old -> null), "an entry is missing");
    assertRefused(with(file, old -> "AAAA" + old), file + " is not what its incident says");
    assertRefused(with("more.txt", old -> "x"), "an entry belongs to nothing");
  }

  @Test
  void givenATextWithAnotherChecksum_whenTaken_thenItIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(export);
    // The checksum of the first entry stands in the directory at the end, 16 bytes into its record.
    for (int i = bytes.length - 4; i > 0; i--) {
      if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 1 && bytes[i + 3] == 2) {
        bytes[i + 16] ^= 1;
      }
    }
    assertRefused(Files.write(folder.resolve("crc"), bytes), "unpark-export.json is damaged");
  }

  private static ImportFile.Taken taken(Path file, Database to) throws Exception {
    try (ImportFile opened = ImportFile.open(file)) {
      opened.check();
      return opened.into(to);
    }
  }

  private static void assertRefused(Path file, String why) {
    BadExport bad =
        catchThrowableOfType(
            BadExport.class,
            () -> {
              try (ImportFile opened = ImportFile.open(file)) {
                opened.check();
              }
            });
    assertThat(bad).as(why).isNotNull();
    assertThat(bad).hasMessageStartingWith(why);
    assertThat(bad.found()).isNotBlank();
    assertThat(bad.expected()).isNotBlank();
  }

  /** The export with one entry changed; null leaves it out. */
  private Path with(String changed, UnaryOperator<String> change) throws Exception {
    Map<String, String> content = new HashMap<>(SomeIncidents.content(export));
    String now = change.apply(content.getOrDefault(changed, ""));
    content.remove(changed);
    if (now != null) {
      content.put(changed, now);
    }
    Path file = Files.createTempFile(folder, "changed", ".zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : content.entrySet()) {
        write(zip, entry);
      }
    }
    return file;
  }

  private static void write(ZipOutputStream zip, Map.Entry<String, String> entry)
      throws IOException {
    zip.putNextEntry(new ZipEntry(entry.getKey()));
    zip.write(
        entry.getKey().startsWith("evidence/")
            ? Base64.getMimeDecoder().decode(entry.getValue())
            : entry.getValue().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static Incident later(Incident incident) {
    return changed(incident, 100, "bob");
  }

  private static Incident earlier(Incident incident) {
    return changed(incident, -100, "eve");
  }

  private static Incident changed(Incident incident, long seconds, String detail) {
    return new Incident(
        incident.id(),
        incident.service(),
        incident.signature(),
        incident.type(),
        incident.severity(),
        incident.certainty(),
        incident.headline(),
        incident.openedAt(),
        incident.updatedAt().plusSeconds(seconds),
        incident.closedAt(),
        incident.acknowledgedAt(),
        incident.acknowledgedBy(),
        incident.finding(),
        List.of(new Incident.Affected(detail, NOON, null)),
        List.of(
            new Incident.Event(NOON, Incident.Kind.OPENED, detail),
            new Incident.Event(NOON, Incident.Kind.JOINED, detail),
            new Incident.Event(NOON, Incident.Kind.JOINED, detail)));
  }
}
