package dev.unpark.collector.incident;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Takes what {@link ExportFile} wrote into a database.
 *
 * <p>The whole file is read and checked before anything is written, and everything is written in
 * one transaction: a bad file changes nothing. Of an incident that is there already the newer one
 * stays, so that the same file may be taken again, and an old one does no harm.
 */
public final class ImportFile implements AutoCloseable {
  /**
   * A line is an incident with its finding; the largest finding that an agent sends is far less.
   */
  private static final int LONGEST_LINE = 32 << 20;

  private static final long MOST_BYTES_OF_A_FILE = 1L << 30;
  private static final int AT_A_TIME = 1_000;

  private final ZipFile zip;

  /** What became of what is in the file. */
  public record Taken(long incidents, long incidentsThere, long evidence, long jvms) {
    @Override
    public String toString() {
      return "%d incidents (%d were there already), %d files of evidence, %d JVMs"
          .formatted(incidents, incidentsThere, evidence, jvms);
    }
  }

  /** What is done with each line. */
  private interface Lines {
    void line(ExportLine line) throws BadExport, IOException, SQLException;
  }

  /** Carries what stopped a transaction out of it. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped(Exception cause) {
      super(cause);
    }
  }

  private ImportFile(ZipFile zip) {
    this.zip = zip;
  }

  /** Opens a file and reads what it says of itself. */
  public static ImportFile open(Path file) throws BadExport, IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException none) {
      throw new BadExport(
          "it is no zip file", String.valueOf(none.getMessage()), "a file that export has written");
    }
    ImportFile opened = new ImportFile(zip);
    try {
      opened.checkManifest();
      return opened;
    } catch (BadExport | IOException | RuntimeException unfit) {
      zip.close();
      throw unfit;
    }
  }

  private void checkManifest() throws BadExport, IOException {
    List<ExportLine> lines = new ArrayList<>();
    try {
      lines(ExportFile.MANIFEST, lines::add);
    } catch (SQLException impossible) {
      throw new IllegalStateException(impossible);
    }
    if (lines.size() != 1) {
      throw new BadExport(
          ExportFile.MANIFEST + " cannot be used", lines.size() + " lines", "one line");
    }
    ExportLine manifest = lines.get(0);
    String format = manifest.text("format");
    long version = manifest.number("version");
    if (!format.equals(ExportFile.FORMAT) || version != ExportFile.VERSION) {
      throw new BadExport(
          "this version cannot read it",
          "%s, version %d".formatted(format, version),
          "%s, version %d".formatted(ExportFile.FORMAT, ExportFile.VERSION));
    }
  }

  /** Reads all of it, and complains of the first thing that cannot be used. */
  public void check() throws BadExport, IOException {
    try {
      Set<String> files = new HashSet<>();
      lines(
          ExportFile.INCIDENTS,
          line -> {
            Incident incident = line.incident();
            for (EvidenceFile file : line.evidence(incident.id())) {
              if (!files.add(file.id())) {
                throw new BadExport("a file belongs to two incidents", file.id(), "one");
              }
              checkContent(file);
            }
          });
      lines(ExportFile.JVMS, ExportLine::jvm);
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        String name = entries.nextElement().getName();
        boolean known =
            Set.of(ExportFile.MANIFEST, ExportFile.INCIDENTS, ExportFile.JVMS).contains(name)
                || name.startsWith(ExportFile.EVIDENCE)
                    && files.contains(name.substring(ExportFile.EVIDENCE.length()));
        if (!known) {
          throw new BadExport("an entry belongs to nothing", name, "no other entries");
        }
      }
    } catch (SQLException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void checkContent(EvidenceFile file) throws BadExport, IOException {
    String name = ExportFile.EVIDENCE + file.id();
    MessageDigest digest = sha256();
    long bytes = 0;
    try (InputStream in = stream(name)) {
      byte[] piece = new byte[1 << 16];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
        bytes += read;
        if (bytes > MOST_BYTES_OF_A_FILE) {
          throw new BadExport(name + " is too long", "more than a gigabyte", "less");
        }
      }
    } catch (ZipException torn) {
      throw torn(name, torn);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (bytes != file.bytes() || !found.equals(file.sha256())) {
      throw new BadExport(
          name + " is not what its incident says",
          "%d bytes, SHA-256 %s".formatted(bytes, found),
          "%d bytes, SHA-256 %s".formatted(file.bytes(), file.sha256()));
    }
  }

  private static BadExport torn(String entry, ZipException torn) {
    return new BadExport(
        entry + " cannot be unpacked", String.valueOf(torn.getMessage()), "what was packed");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Takes all of it, or nothing; to be checked before. */
  public Taken into(Database database) throws IncidentStore.Unavailable, BadExport, IOException {
    try {
      return database.inTransaction(
          connection -> {
            try {
              return take(connection);
            } catch (BadExport | IOException stopped) {
              throw new Stopped(stopped);
            }
          });
    } catch (Stopped stopped) {
      if (stopped.getCause() instanceof BadExport bad) {
        throw bad;
      }
      throw (IOException) stopped.getCause();
    }
  }

  private Taken take(Connection connection) throws SQLException, BadExport, IOException {
    long[] counts = new long[4];
    lines(
        ExportFile.INCIDENTS,
        line -> {
          Incident incident = line.incident();
          Optional<Incident> there = SqlIncidentStore.find(connection, incident.id());
          if (there.isPresent() && !incident.updatedAt().isAfter(there.get().updatedAt())) {
            counts[1]++;
          } else {
            replace(connection, incident);
            counts[0]++;
          }
          counts[2] += takeEvidence(connection, line.evidence(incident.id()));
        });
    List<SeenJvm> seen = new ArrayList<>();
    lines(
        ExportFile.JVMS,
        line -> {
          seen.add(line.jvm());
          counts[3]++;
          if (seen.size() == AT_A_TIME) {
            SqlInventory.write(connection, seen);
            seen.clear();
          }
        });
    SqlInventory.write(connection, seen);
    return new Taken(counts[0], counts[1], counts[2], counts[3]);
  }

  /** What was there of it goes, so that no events of two histories stand side by side. */
  private static void replace(Connection connection, Incident incident) throws SQLException {
    for (String table : List.of("incident_instance", "incident_event")) {
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM " + table + " WHERE incident_id = ?")) {
        delete.setString(1, incident.id());
        delete.executeUpdate();
      }
    }
    SqlIncidentStore.write(connection, List.of(incident));
  }

  private long takeEvidence(Connection connection, List<EvidenceFile> files)
      throws SQLException, BadExport, IOException {
    long taken = 0;
    for (EvidenceFile file : files) {
      boolean there =
          SqlEvidenceStore.of(connection, file.incident()).stream()
              .anyMatch(each -> each.id().equals(file.id()));
      if (!there) {
        SqlEvidenceStore.insert(connection, file);
        try (InputStream content = stream(ExportFile.EVIDENCE + file.id())) {
          SqlEvidenceStore.insertContent(connection, file.id(), content);
        }
        taken++;
      }
    }
    return taken;
  }

  private void lines(String entry, Lines lines) throws BadExport, IOException, SQLException {
    CRC32 crc = new CRC32();
    try (InputStream bytes = new CheckedInputStream(stream(entry), crc);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      StringBuilder text = new StringBuilder();
      int number = 0;
      for (int c = in.read(); ; c = in.read()) {
        if (c != '\n' && c >= 0) {
          if (text.length() == LONGEST_LINE) {
            throw new BadExport(
                "%s, line %d is too long".formatted(entry, number + 1),
                text.substring(0, 80),
                "at most %d characters".formatted(LONGEST_LINE));
          }
          text.append((char) c);
          continue;
        }
        number++;
        if (!text.isEmpty()) {
          lines.line(ExportLine.of("%s, line %d".formatted(entry, number), text.toString()));
          text.setLength(0);
        }
        if (c < 0) {
          break;
        }
      }
    } catch (ZipException torn) {
      throw torn(entry, torn);
    }
    if (crc.getValue() != zip.getEntry(entry).getCrc()) {
      throw new BadExport(entry + " is damaged", "another checksum", "what was packed");
    }
  }

  private InputStream stream(String name) throws BadExport, IOException {
    @Nullable ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new BadExport("an entry is missing", "no " + name, "all that export has written");
    }
    try {
      return zip.getInputStream(entry);
    } catch (ZipException torn) {
      throw torn(name, torn);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
