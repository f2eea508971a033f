package dev.unpark.collector.incident;

import java.time.Instant;

/**
 * What is kept at most. Only incidents that have ended are forgotten, those that ended first go
 * first, with their evidence.
 *
 * @param closedBefore those that ended earlier go
 * @param mostIncidents how many are kept, open ones counted
 * @param mostBytes how much room the database may take, evidence included
 */
public record Retention(Instant closedBefore, int mostIncidents, long mostBytes) {
  /** Why an incident is forgotten. */
  public enum Reason {
    AGE("age"),
    COUNT("count"),
    SIZE("size");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** The spelling of the {@code reason} attribute. */
    public String label() {
      return label;
    }
  }

  /** Hears what is forgotten, once it is. */
  public interface Heard {
    /**
     * @param acknowledged whether anybody had taken these incidents on
     */
    void forgotten(Reason reason, boolean acknowledged, long incidents);
  }
}
