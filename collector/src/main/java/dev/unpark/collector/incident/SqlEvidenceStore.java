package dev.unpark.collector.incident;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Evidence in the database of the incidents, so that both are kept, moved and forgotten as one. */
public final class SqlEvidenceStore implements EvidenceStore, AutoCloseable {
  private static final String COLUMNS =
      "id, incident_id, kind, name, instance, added_at, bytes, sha256";

  private static final int PIECE = 1 << 18;
  private static final int HEAD = 64;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_INSTANCE = 1_024;

  private final Database writing;
  private final Database reading;

  public SqlEvidenceStore(Database database) {
    // Connections of its own: the incidents themselves must not wait for a long file.
    this.writing = database.another();
    this.reading = database.another();
  }

  @Override
  public Optional<EvidenceFile> add(
      String incident, String name, String instance, Instant now, Path content)
      throws IncidentStore.Unavailable, Refused, IOException {
    EvidenceFile file = described(incident, name, instance, now, content);
    List<EvidenceFile> there = of(incident);
    for (EvidenceFile each : there) {
      if (each.id().equals(file.id())) {
        return Optional.of(each);
      }
    }
    if (there.size() >= MOST_FILES) {
      throw new Refused("the incident has %d files already".formatted(there.size()));
    }
    try {
      return writing.inTransaction(
          connection -> {
            if (!exists(connection, incident)) {
              return Optional.empty();
            }
            insert(connection, file);
            try (InputStream in = Files.newInputStream(content)) {
              insertContent(connection, file.id(), in);
            } catch (IOException gone) {
              throw new UncheckedIOException(gone);
            }
            return Optional.of(file);
          });
    } catch (UncheckedIOException gone) {
      throw gone.getCause();
    }
  }

  private static EvidenceFile described(
      String incident, String name, String instance, Instant now, Path content) throws IOException {
    MessageDigest digest = sha256();
    byte[] head;
    try (InputStream in = new DigestInputStream(Files.newInputStream(content), digest)) {
      head = in.readNBytes(HEAD);
      in.transferTo(OutputStream.nullOutputStream());
    }
    String hash = HexFormat.of().formatHex(digest.digest());
    return new EvidenceFile(
        idOf(incident, name, hash),
        incident,
        EvidenceFile.Kind.of(head),
        name,
        instance,
        Instant.ofEpochMilli(now.toEpochMilli()),
        Files.size(content),
        hash);
  }

  private static String idOf(String incident, String name, String hash) {
    byte[] all = (incident + '\n' + name + '\n' + hash).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256().digest(all), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static boolean exists(Connection connection, String incident) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM incident WHERE id = ?")) {
      select.setString(1, incident);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Writes what is known of a file, but not its content. */
  static void insert(Connection connection, EvidenceFile file) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO incident_evidence (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, file.id());
      insert.setString(2, file.incident());
      insert.setString(3, file.kind().label());
      insert.setString(4, SqlIncidentStore.fit(file.name(), LONGEST_NAME));
      insert.setString(5, SqlIncidentStore.fit(file.instance(), LONGEST_INSTANCE));
      insert.setLong(6, file.addedAt().toEpochMilli());
      insert.setLong(7, file.bytes());
      insert.setString(8, file.sha256());
      insert.executeUpdate();
    }
  }

  /** Writes the content of a file in pieces. */
  static void insertContent(Connection connection, String id, InputStream content)
      throws SQLException, IOException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO incident_evidence_part (evidence_id, number, content)"
                + " VALUES (?, ?, ?)")) {
      int number = 0;
      for (byte[] piece = content.readNBytes(PIECE);
          piece.length > 0;
          piece = content.readNBytes(PIECE)) {
        insert.setString(1, id);
        insert.setInt(2, number++);
        insert.setBytes(3, piece);
        insert.executeUpdate();
      }
    }
  }

  @Override
  public List<EvidenceFile> of(String incident) throws IncidentStore.Unavailable {
    return reading.inTransaction(connection -> of(connection, incident));
  }

  static List<EvidenceFile> of(Connection connection, String incident) throws SQLException {
    List<EvidenceFile> files = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM incident_evidence WHERE incident_id = ? ORDER BY added_at, name")) {
      select.setString(1, incident);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          files.add(
              new EvidenceFile(
                  row.getString(1),
                  row.getString(2),
                  EvidenceFile.Kind.ofLabel(row.getString(3)),
                  row.getString(4),
                  row.getString(5),
                  Instant.ofEpochMilli(row.getLong(6)),
                  row.getLong(7),
                  row.getString(8)));
        }
      }
    }
    return files;
  }

  @Override
  public byte[] piece(EvidenceFile file, int number) throws IncidentStore.Unavailable {
    return reading.inTransaction(connection -> piece(connection, file.id(), number));
  }

  /** Nothing after the last. */
  static byte[] piece(Connection connection, String id, int number) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT content FROM incident_evidence_part WHERE evidence_id = ? AND number = ?")) {
      select.setString(1, id);
      select.setInt(2, number);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? found.getBytes(1) : new byte[0];
      }
    }
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}
