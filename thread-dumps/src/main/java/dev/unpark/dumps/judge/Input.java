package dev.unpark.dumps.judge;

import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Printable;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the user asked to look at, and what came of it.
 *
 * @param path as the user named it; {@code -} is standard input
 * @param file what it holds, or null when it could not even be opened
 * @param complaint why it is of no use, in whole or in part, or null when all is well
 */
public record Input(String path, @Nullable DumpFile file, @Nullable Complaint complaint) {
  /** Never the name that the user gave: what lies there may be dear to him. */
  public static final String TAKE_A_DUMP = "jcmd PID Thread.print -l > threads.dump";

  private static final int FOUND_SHOWN = 200;

  public Input {
    Objects.requireNonNull(path);
  }

  /** How a sentence calls it. */
  public String name() {
    return path.equals("-") ? "standard input" : "'" + path + "'";
  }

  /** A recording without dumps holds nothing to diagnose, which must not look like an all-clear. */
  public static Input judgedRecording(Input input) {
    DumpFile file = input.file();
    if (file == null || !file.dumps().isEmpty()) {
      return input;
    }
    Complaint complaint =
        new Complaint(
            "cannot diagnose '" + input.path() + "': the flight recording holds no thread dump",
            "no event jdk.ThreadDump",
            "thread dumps, which JFR's settings default and profile record now and then",
            "unpark recording " + input.path() + ", which tells where threads waited");
    return new Input(input.path(), file, complaint);
  }

  /** A file that was read, with a complaint when nothing, or not all of it, could be used. */
  public static Input judged(String path, DumpFile file) {
    return new Input(path, file, complaint(path, file));
  }

  private static @Nullable Complaint complaint(String path, DumpFile file) {
    boolean piped = path.equals("-");
    String where = "cannot read " + (piped ? "standard input" : "'" + path + "'") + ": ";
    String retake = piped ? "jcmd PID Thread.print -l | unpark diagnose -" : TAKE_A_DUMP;
    if (file.isEmpty()) {
      return new Complaint(
          where + (piped ? "it is empty" : "the file is empty"),
          file.lineCount() == 0 ? "0 bytes" : file.lineCount() + " blank lines",
          "a thread dump",
          retake);
    }
    if (!file.form().isReadable() && file.form() != DumpForm.UNKNOWN) {
      return new Complaint(
          where + "a flight recording is not read front to back, as a stream is",
          file.form().description() + " that comes through a pipe, or packed",
          "a file",
          "unpark recording FILE");
    }
    if (file.dumps().isEmpty()) {
      return new Complaint(
          where + "no thread dump in it",
          isText(file.firstLine())
              ? "line 1: " + Printable.text(file.firstLine(), FOUND_SHOWN)
              : "binary data",
          "a line that begins \"name\" and has tid=0x..., or Full thread dump",
          retake);
    }
    int threads = file.dumps().stream().mapToInt(Dump::threadCount).sum();
    if (threads == 0) {
      return new Complaint(
          where + "the dump has no threads",
          "the head of a dump, up to line " + lastLine(file),
          "a line that begins \"name\" and has tid=0x...",
          retake);
    }
    Dump last = file.dumps().get(file.dumps().size() - 1);
    if (last.truncated()) {
      return new Complaint(
          (piped ? "standard input" : "'" + path + "'")
              + " ends too soon: what is there is diagnosed",
          last.threadCount()
              + (last.threadCount() == 1 ? " thread" : " threads")
              + ", up to line "
              + lastLine(file),
          "a dump with its end: JNI global refs, or the last bracket",
          retake);
    }
    return null;
  }

  /** Names and messages of any language are text; what is full of controls is none. */
  private static boolean isText(String line) {
    long controls = line.chars().filter(c -> Character.isISOControl(c) && c != '\t').count();
    return controls * 16 <= line.length();
  }

  private static int lastLine(DumpFile file) {
    return file.dumps().get(file.dumps().size() - 1).lines().to();
  }
}
