package dev.unpark.diagnosis.finding;

import java.util.Objects;

/**
 * One thing to do, or to know before doing it.
 *
 * @param kind which question it answers
 * @param text one sentence, lower case, without a full stop
 */
public record NextStep(Kind kind, String text) {
  public NextStep {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(text);
  }

  /** The question that a step answers. */
  public enum Kind {
    /** What to do at once. */
    NOW("now"),
    /** What brought it about. */
    CAUSE("cause"),
    /** What to change so that it does not come back. */
    FIX("fix");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  public static NextStep now(String text) {
    return new NextStep(Kind.NOW, text);
  }

  public static NextStep cause(String text) {
    return new NextStep(Kind.CAUSE, text);
  }

  public static NextStep fix(String text) {
    return new NextStep(Kind.FIX, text);
  }
}
