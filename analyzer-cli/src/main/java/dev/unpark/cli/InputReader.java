package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import dev.unpark.dumps.DumpReader;
import dev.unpark.dumps.Recording;
import dev.unpark.dumps.RecordingReader;
import dev.unpark.dumps.RefusedInput;
import dev.unpark.dumps.judge.Input;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Consumer;

/** Opens and reads what the user names. Whatever is wrong with it becomes a complaint. */
final class InputReader {
  private final DumpReader reader;
  private final Shell shell;
  private final ZoneId zone;
  private final Instant now;

  /**
   * @param zone of the dumps' clock times
   * @param shell whose standard input {@code -} means, and which is told of progress
   * @param now the time of dumps that come without one through standard input
   */
  InputReader(ZoneId zone, Shell shell, Instant now) {
    this.reader = new DumpReader(zone);
    this.shell = shell;
    this.zone = zone;
    this.now = now;
  }

  /** Reads the dumps of a file, or those that a flight recording holds. */
  Input read(String path) {
    return reading(
        path,
        file -> {
          if (isRecording(file)) {
            return Input.judgedRecording(recorded(path, file, recording -> {}));
          }
          Instant written = Files.getLastModifiedTime(file).toInstant();
          try (InputStream in =
              Progress.of(Files.newInputStream(file), path, Files.size(file), shell)) {
            return Input.judged(path, reader.read(path, in, written));
          }
        });
  }

  /**
   * Reads a flight recording.
   *
   * @param taker gets it when there is one
   */
  Input recording(String path, Consumer<Recording> taker) {
    return reading(path, file -> recorded(path, file, taker));
  }

  private Input recorded(String path, Path file, Consumer<Recording> taker) throws IOException {
    Recording recording = new RecordingReader(zone).read(path, file);
    taker.accept(recording);
    DumpFile dumps = new DumpFile(path, DumpForm.RECORDING, recording.dumps(), 1, "FLR");
    return new Input(path, dumps, null);
  }

  /** Opens a file that is there and may be read. */
  private interface Opening {
    Input open(Path file) throws IOException;
  }

  private Input reading(String path, Opening opening) {
    try {
      if (path.equals("-")) {
        try (InputStream in = Progress.of(shell.in(), "standard input", -1, shell)) {
          return Input.judged(path, reader.read("", in, now));
        }
      }
      if (path.isEmpty()) {
        return refused(path, "no file has that name", "nothing between the quotes", "a file", "ls");
      }
      Path file = Path.of(path);
      return Files.isDirectory(file)
          ? refused(
              path, "it is a directory", "a directory", "a file", "unpark diagnose " + path + "/*")
          : opening.open(file);
    } catch (NoSuchFileException missing) {
      return missing(path);
    } catch (AccessDeniedException denied) {
      return refused(
          path,
          "permission denied",
          "a file that user " + System.getProperty("user.name") + " may not read",
          "a file that can be read",
          "sudo cat " + path + " | unpark diagnose -");
    } catch (InvalidPathException odd) {
      return refused(
          path,
          "no file can have that name here",
          odd.getReason(),
          "a name that fits the locale's encoding",
          "unpark diagnose - < FILE, or LC_ALL=C.UTF-8 unpark diagnose FILE");
    } catch (RefusedInput bad) {
      String what = bad.getMessage();
      return refused(
          path, what == null ? "it is refused" : what, bad.found(), bad.expected(), bad.tryNext());
    } catch (IOException failed) {
      String reason = failed.getMessage();
      return refused(
          path,
          "the read failed",
          reason == null ? failed.getClass().getSimpleName() : reason,
          "a file that can be read to its end",
          path.equals("-") ? "unpark diagnose FILE" : "cp " + path + " /tmp, then read the copy");
    }
  }

  /** Only a plain file is looked at beforehand: a pipe gives each byte once. */
  private static boolean isRecording(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(4);
      return head.length == 4 && head[0] == 'F' && head[1] == 'L' && head[2] == 'R' && head[3] == 0;
    }
  }

  private static Input missing(String path) {
    if (path.indexOf('\ufffd') >= 0) {
      return refused(
          path,
          "there is no such file",
          "a name that Java cannot read in this encoding",
          "a file",
          "unpark diagnose - < FILE");
    }
    return path.indexOf('*') >= 0
        ? refused(path, "no file matches", "nothing of that name", "a file", "ls")
        : refused(
            path, "there is no such file", "nothing of that name", "a file", Input.TAKE_A_DUMP);
  }

  private static Input refused(
      String path, String what, String found, String expected, String next) {
    String name = path.equals("-") ? "standard input" : "'" + path + "'";
    return new Input(
        path, null, new Complaint("cannot read " + name + ": " + what, found, expected, next));
  }
}
