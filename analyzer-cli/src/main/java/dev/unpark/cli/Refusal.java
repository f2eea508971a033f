package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;

/** What the options ask for cannot be done, so there is no answer. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status how the process is to end
   */
  Refusal(Complaint complaint, int status) {
    this(complaint.render(), status);
  }

  /**
   * @param text the four lines, each ended
   */
  Refusal(String text, int status) {
    super(text);
    this.status = status;
  }

  /** Tells why and returns how the process is to end. */
  int tell(Shell shell) {
    shell.complain(String.valueOf(getMessage()));
    return status;
  }
}
