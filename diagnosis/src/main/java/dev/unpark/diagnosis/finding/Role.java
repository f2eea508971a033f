package dev.unpark.diagnosis.finding;

/** What a thread does in a finding. */
public enum Role {
  /** Part of the knot itself: without it there would be none. */
  MEMBER("member"),
  /** Waits behind it. */
  VICTIM("victim"),
  /** Holds what others wait for. */
  HOLDER("holder"),
  /** Waits for what a holder holds. */
  WAITER("waiter"),
  /** A worker of the pool that the finding is about. */
  WORKER("worker");

  private final String label;

  Role(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
