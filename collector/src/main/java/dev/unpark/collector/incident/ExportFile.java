package dev.unpark.collector.incident;

import dev.unpark.diagnosis.report.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Everything that is kept, as one file that another collector can read, whatever database it has.
 *
 * <pre>
 *   export.zip
 *     unpark-export.json    {"format": "unpark-export", "version": 1, "exportedAt": …, "incidents": 12, …}
 *     incidents.jsonl       one incident a line, as GET /api/incidents/ID shows it
 *     jvms.jsonl            one JVM a line that reports or has reported
 *     evidence/ID           the content of a file that an incident names in its "evidence"
 * </pre>
 *
 * <p>All of it is of one moment: one transaction reads it.
 */
public final class ExportFile {
  static final String FORMAT = "unpark-export";
  static final int VERSION = 1;
  static final String MANIFEST = "unpark-export.json";
  static final String INCIDENTS = "incidents.jsonl";
  static final String JVMS = "jvms.jsonl";
  static final String EVIDENCE = "evidence/";

  private final Connection connection;
  private final ZipOutputStream zip;
  private long incidents;
  private long files;
  private long jvms;

  /** How many of each there are in it. */
  public record Counts(long incidents, long evidence, long jvms) {
    @Override
    public String toString() {
      return "%d incidents, %d files of evidence, %d JVMs".formatted(incidents, evidence, jvms);
    }
  }

  private ExportFile(Connection connection, ZipOutputStream zip) {
    this.connection = connection;
    this.zip = zip;
  }

  /**
   * Writes it beside the file and moves it there, so that no half of one is ever taken for a whole.
   *
   * @param version of this collector
   */
  public static Counts write(Database from, Path file, String version, Instant now)
      throws IOException, IncidentStore.Unavailable {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Counts counts;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part));
          ZipOutputStream zip = new ZipOutputStream(out)) {
        counts =
            from.inTransaction(
                connection -> {
                  try {
                    return new ExportFile(connection, zip).all(version, now);
                  } catch (IOException full) {
                    throw new UncheckedIOException(full);
                  }
                });
      } catch (UncheckedIOException full) {
        throw full.getCause();
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return counts;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Counts all(String version, Instant now) throws SQLException, IOException {
    asOfOneMoment();
    List<EvidenceFile> evidence = new ArrayList<>();
    zip.putNextEntry(new ZipEntry(INCIDENTS));
    for (String id : ids()) {
      Incident incident = SqlIncidentStore.find(connection, id).orElseThrow();
      List<EvidenceFile> its = SqlEvidenceStore.of(connection, id);
      line(IncidentJson.whole(incident, incident.affectedNow(), its));
      evidence.addAll(its);
      incidents++;
    }
    zip.closeEntry();
    for (EvidenceFile file : evidence) {
      content(file);
    }
    zip.putNextEntry(new ZipEntry(JVMS));
    for (SeenJvm jvm : SqlInventory.all(connection)) {
      line(jvm.json().toString());
      jvms++;
    }
    zip.closeEntry();
    Counts counts = new Counts(incidents, files, jvms);
    zip.putNextEntry(new ZipEntry(MANIFEST));
    line(manifest(counts, version, now));
    zip.closeEntry();
    return counts;
  }

  /** In SQLite each transaction is. */
  private void asOfOneMoment() throws SQLException {
    if (!StoreSize.isSqlite(connection)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      }
    }
  }

  private List<String> ids() throws SQLException {
    List<String> ids = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement("SELECT id FROM incident ORDER BY opened_at, id");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getString(1));
      }
    }
    return ids;
  }

  private void content(EvidenceFile file) throws SQLException, IOException {
    zip.putNextEntry(new ZipEntry(EVIDENCE + file.id()));
    int number = 0;
    for (byte[] piece = SqlEvidenceStore.piece(connection, file.id(), number);
        piece.length > 0;
        piece = SqlEvidenceStore.piece(connection, file.id(), ++number)) {
      zip.write(piece);
    }
    zip.closeEntry();
    files++;
  }

  private void line(String json) throws IOException {
    zip.write((json + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String manifest(Counts counts, String version, Instant now) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("format").value(FORMAT);
    json.name("version").value(VERSION);
    json.name("exportedAt").value(now.toString());
    json.name("collector").value(version);
    json.name("incidents").value(counts.incidents);
    json.name("evidence").value(counts.evidence);
    json.name("jvms").value(counts.jvms);
    return json.endObject().toString();
  }
}
