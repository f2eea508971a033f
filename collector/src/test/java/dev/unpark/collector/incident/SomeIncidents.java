package dev.unpark.collector.incident;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Severity;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Incidents to be kept, and what goes with them. */
final class SomeIncidents {
  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private SomeIncidents() {}

  static Incident of(String id, String service, @Nullable Instant closed) {
    return of(id, service, closed, null);
  }

  static Incident of(
      String id, String service, @Nullable Instant closed, @Nullable Instant acknowledged) {
    return new Incident(
        id,
        service,
        "deadlock:3f9c",
        "deadlock",
        Severity.CRITICAL,
        Certainty.PROVEN,
        "2 threads wait for each other: \u00e4, \ud83d\ude80",
        NOON,
        NOON.plusSeconds(5),
        closed,
        acknowledged,
        acknowledged == null ? "" : "ann",
        "{\"id\":\"deadlock:3f9c\",\"headline\":\"<script>\"}",
        List.of(new Incident.Affected("checkout-1", NOON, closed)),
        List.of(
            new Incident.Event(NOON, Incident.Kind.OPENED, "checkout-1"),
            new Incident.Event(NOON.plusSeconds(1), Incident.Kind.PROVEN, "checkout-1")));
  }

  /** An open one and two that are over, of which one is acknowledged; two files; two JVMs. */
  static void fill(Database database, Path scratch) throws Exception {
    IncidentStore store = new SqlIncidentStore(database);
    store.write(
        List.of(
            of("open", "checkout", null, NOON.plusSeconds(4)),
            of("over", "pay\nments", NOON.plusSeconds(60)),
            of("seen", "payments", NOON.plusSeconds(30), NOON.plusSeconds(9))));
    try (SqlEvidenceStore evidence = new SqlEvidenceStore(database);
        SqlInventory inventory = new SqlInventory(database)) {
      evidence.add("over", "recording.jfr", "p-1", NOON, bytes(scratch, 700_000));
      evidence.add(
          "open", "dump.txt", "", NOON, Files.writeString(scratch.resolve("t"), "\"main\""));
      inventory.write(
          List.of(
              new SeenJvm("checkout", "checkout-1", "25.0.3", "host-1", 4711, NOON, NOON),
              new SeenJvm("payments", "p-1", "", "", -1, NOON, NOON.plusSeconds(9))));
    }
  }

  /** A file that no packing makes smaller. */
  static Path bytes(Path folder, int length) throws Exception {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return Files.write(folder.resolve("bytes-" + length), bytes);
  }

  /** What is in an export, by the name of the entry. */
  static Map<String, String> content(Path export) throws Exception {
    Map<String, String> content = new TreeMap<>();
    try (ZipFile zip = new ZipFile(export.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] bytes = in.readAllBytes();
          content.put(
              entry.getName(),
              entry.getName().startsWith("evidence/")
                  ? Base64.getEncoder().encodeToString(bytes)
                  : new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        }
      }
    }
    return content;
  }
}
