package dev.unpark.cli;

/** How the process ends, so that a script can tell whose fault it was. */
final class ExitCode {
  /** Every input was read, and nothing was found at or above {@code --fail-on}. */
  static final int NOTHING_FOUND = 0;

  /** Something was found, whatever else went wrong. */
  static final int FINDINGS = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** An input, or part of one, could not be read, and nothing was found in the rest. */
  static final int UNREADABLE = 3;

  /** A fault of ours, or an answer that could not be written. */
  static final int OUR_FAULT = 4;

  private ExitCode() {}
}
