package dev.unpark.diagnosis.finding;

/** How urgent a finding is. */
public enum Severity {
  /** Work has stopped and will not start again by itself. */
  CRITICAL("critical"),
  /** Work is slowed, or will stop if this goes on. */
  WARNING("warning"),
  /** Nothing suffers yet. */
  ADVICE("advice");

  private final String label;

  Severity(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
