package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Severity;

/** Colours of a terminal; or none, for a pipe, a file, and whoever sets {@code NO_COLOR}. */
public enum Palette {
  /** The bare text. */
  NONE,
  /** The eight colours that every terminal has, so that its own theme decides how they look. */
  ANSI;

  private static final String RESET = "\u001b[0m";

  String verdict(Severity severity, String text) {
    return switch (severity) {
      case CRITICAL -> in("1;31", text);
      case WARNING -> in("1;33", text);
      case ADVICE -> in("1;36", text);
    };
  }

  String strong(String text) {
    return in("1", text);
  }

  String faint(String text) {
    return in("2", text);
  }

  private String in(String code, String text) {
    return this == NONE || text.isEmpty() ? text : "\u001b[" + code + "m" + text + RESET;
  }
}
