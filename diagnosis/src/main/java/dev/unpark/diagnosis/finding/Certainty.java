package dev.unpark.diagnosis.finding;

/** How sure a finding is. */
public enum Certainty {
  /** A reduced wait-for graph of real instances, seen twice without progress in between. */
  PROVEN("proven"),
  /** Everything else; the finding's limits say what is missing for a proof. */
  SUSPECTED("suspected");

  private final String label;

  Certainty(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
