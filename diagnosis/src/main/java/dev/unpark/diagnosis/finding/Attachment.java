package dev.unpark.diagnosis.finding;

import java.util.Objects;

/**
 * A file that shows what a finding says.
 *
 * @param path as the one who wrote it names it
 */
public record Attachment(Kind kind, String path) {
  public Attachment {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(path);
  }

  /** What is in the file. */
  public enum Kind {
    RECORDING("recording"),
    FLAME_GRAPH("flame-graph");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
