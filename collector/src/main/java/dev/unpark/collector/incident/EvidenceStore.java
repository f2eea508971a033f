package dev.unpark.collector.incident;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the files that belong to incidents; they go with their incident.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> an incident has at most
 * {@value #MOST_FILES} files, and one more is refused.
 */
public interface EvidenceStore {
  int MOST_FILES = 20;

  /** A file cannot be taken. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Keeps a file; one that is there already is not kept twice.
   *
   * @return what is on disk now; empty when there is no such incident
   */
  Optional<EvidenceFile> add(
      String incident, String name, String instance, Instant now, Path content)
      throws IncidentStore.Unavailable, Refused, IOException;

  /** The files of an incident, the first that came first. */
  List<EvidenceFile> of(String incident) throws IncidentStore.Unavailable;

  /** One of them. */
  default Optional<EvidenceFile> find(String incident, String id) throws IncidentStore.Unavailable {
    return of(incident).stream().filter(file -> file.id().equals(id)).findFirst();
  }

  /** A piece of a file's content, numbered from 0; empty after the last. */
  byte[] piece(EvidenceFile file, int number) throws IncidentStore.Unavailable;
}
