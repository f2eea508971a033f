package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;

/** Hands an answer over, and knows whether it arrived. */
final class Delivery {
  private Delivery() {}

  /** Prints a text in the terminal's own encoding; the status is the given one when it arrived. */
  static int print(String text, Shell shell, int status) {
    return write(text, shell.charset(), shell.out(), "standard output", shell, status);
  }

  /**
   * Writes a text to where it belongs.
   *
   * @param where how a complaint calls the place
   * @param status how the process ends when all was written
   * @return that status, or {@link ExitCode#OUR_FAULT} when the answer was lost
   */
  static int write(
      String text, Charset charset, OutputStream to, String where, Shell shell, int status) {
    try {
      to.write(text.getBytes(charset));
      to.flush();
      return status;
    } catch (IOException failed) {
      return lost(failed, where, shell, status);
    }
  }

  /** A reader that has seen enough, as {@code head} has, is no failure; a full disk is one. */
  static int lost(IOException failed, String where, Shell shell, int status) {
    String reason = failed.getMessage() == null ? failed.toString() : failed.getMessage();
    if (reason.contains("Broken pipe") || reason.contains("pipe is being closed")) {
      return status;
    }
    shell.complain(
        new Complaint(
                "cannot write the answer to " + where,
                reason,
                "room for it, and leave to write",
                "unpark ... --output /another/place")
            .render());
    return ExitCode.OUR_FAULT;
  }
}
