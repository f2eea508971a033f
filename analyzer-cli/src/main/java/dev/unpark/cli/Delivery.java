package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Hands an answer over, and knows whether it arrived. */
final class Delivery {
  private Delivery() {}

  /** Prints a text in the terminal's own encoding; the status is the given one when it arrived. */
  static int print(String text, Shell shell, int status) {
    return write(text.getBytes(shell.charset()), shell, status);
  }

  /** Writes what programs read, which is UTF-8. */
  static int write(String text, Shell shell, int status) {
    return write(text.getBytes(StandardCharsets.UTF_8), shell, status);
  }

  private static int write(byte[] bytes, Shell shell, int status) {
    try {
      shell.out().write(bytes);
      shell.out().flush();
      return status;
    } catch (IOException failed) {
      return lost(failed, "standard output", shell, status);
    }
  }

  /** Writes a file beside its place and moves it there when it is whole. */
  static int toFile(String text, String path, Shell shell, int status) {
    try {
      Path file = Path.of(path);
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        // A pipe, a device: what was opened is written to, and nothing is replaced.
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        return status;
      }
      Path beside = Path.of(path + ".part" + ProcessHandle.current().pid());
      try {
        // Never through a link that somebody laid there, as may be in /tmp.
        Files.writeString(
            beside,
            text,
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
      return status;
    } catch (IOException failed) {
      return lost(failed, "'" + path + "'", shell, status);
    } catch (InvalidPathException odd) {
      return lost(new IOException(odd.getMessage()), "'" + path + "'", shell, status);
    }
  }

  /** A reader that has seen enough, as {@code head} has, is no failure; a full disk is one. */
  private static int lost(IOException failed, String where, Shell shell, int status) {
    String reason = reason(failed);
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

  /** The JDK says of a missing directory and a forbidden one no more than their names. */
  private static String reason(IOException failed) {
    String message = failed.getMessage() == null ? "" : failed.getMessage();
    return failed instanceof FileSystemException
        ? failed.getClass().getSimpleName() + ": " + message
        : message.isEmpty() ? failed.getClass().getSimpleName() : message;
  }
}
