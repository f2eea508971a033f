package dev.unpark.collector.incident;

/**
 * Hears of incidents once they are on disk. Called by the book's thread, in order; must not wait.
 */
public interface IncidentListener {
  /** An incident is new or has changed. */
  void incidentChanged(Incident incident);
}
