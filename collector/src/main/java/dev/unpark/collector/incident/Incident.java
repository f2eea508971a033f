package dev.unpark.collector.incident;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One trouble of one service.
 *
 * @param id unique; stays when the trouble ends and soon comes again
 * @param service that has it
 * @param signature id of its findings, the same in every instance
 * @param type name of the detector
 * @param severity the highest that was seen
 * @param certainty the highest that was seen
 * @param headline of the finding below
 * @param openedAt when it was first seen
 * @param updatedAt when it last changed
 * @param closedAt when the last instance was rid of it; null while it is open
 * @param acknowledgedAt when somebody took it on; null before
 * @param acknowledgedBy who; empty before
 * @param finding the finding that argues it best, as JSON
 * @param instances where it is or was seen
 * @param events what became of it, oldest first
 */
public record Incident(
    String id,
    String service,
    String signature,
    String type,
    Severity severity,
    Certainty certainty,
    String headline,
    Instant openedAt,
    Instant updatedAt,
    @Nullable Instant closedAt,
    @Nullable Instant acknowledgedAt,
    String acknowledgedBy,
    String finding,
    List<Affected> instances,
    List<Event> events) {

  public Incident {
    instances = List.copyOf(instances);
    events = List.copyOf(events);
  }

  /**
   * An instance that has the trouble.
   *
   * @param ended when it was rid of it; null while it has it
   */
  public record Affected(String instance, Instant since, @Nullable Instant ended) {}

  /** Something that happened to the incident. */
  public record Event(Instant at, Kind kind, String detail) {}

  /** What can happen to an incident. */
  public enum Kind {
    OPENED("opened"),
    REOPENED("reopened"),
    JOINED("joined"),
    LEFT("left"),
    PROVEN("proven"),
    RAISED("raised"),
    ACKNOWLEDGED("acknowledged"),
    CLOSED("closed");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** The kind of that label. */
    public static Kind of(String label) {
      for (Kind kind : values()) {
        if (kind.label.equals(label)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "kind of event: found '%s', expected one such as opened".formatted(label));
    }
  }

  public boolean isOpen() {
    return closedAt == null;
  }

  /** How many instances have it now. */
  public long affectedNow() {
    return instances.stream().filter(affected -> affected.ended() == null).count();
  }
}
