package dev.unpark.collector.fleet;

/** Why an observation that was accepted is not used. */
public enum DropReason {
  /** It is not one. */
  MALFORMED("malformed"),
  /** It differs from a full frame that has not come. */
  WITHOUT_BASE("without_base"),
  /** It came twice or after a newer one. */
  LATE("late"),
  /** It is of a process that a newer one of the same name has replaced. */
  SUPERSEDED("superseded"),
  /** Its JVM was forgotten while it waited. */
  FORGOTTEN("forgotten"),
  /** It does not fit into the memory for what is remembered of all JVMs. */
  MEMORY("memory"),
  /** A fault of ours while it was diagnosed. */
  INTERNAL("internal");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** The spelling of the {@code reason} attribute. */
  public String label() {
    return label;
  }
}
