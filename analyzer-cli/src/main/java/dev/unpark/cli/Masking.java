package dev.unpark.cli;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.UnreadLine;
import dev.unpark.dumps.judge.Input;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Masks everything about an input that could end in a report. */
final class Masking {
  private static final String HIDDEN = "(masked)";

  private final Mask mask;

  Masking(Mask mask) {
    this.mask = mask;
  }

  Input input(Input input) {
    String path = input.path().equals("-") ? "-" : mask.source(input.path());
    DumpFile file = input.file();
    return new Input(path, file == null ? null : file(file), complaint(path, input.complaint()));
  }

  private static @Nullable Complaint complaint(String path, @Nullable Complaint complaint) {
    return complaint == null
        ? null
        : new Complaint(
            path + " could not be read, or not to its end", HIDDEN, complaint.expected(), HIDDEN);
  }

  private DumpFile file(DumpFile file) {
    List<Dump> dumps = file.dumps().stream().map(this::dump).toList();
    String firstLine = file.firstLine().isEmpty() ? "" : HIDDEN;
    return new DumpFile(
        mask.source(file.source()), file.form(), dumps, file.lineCount(), firstLine);
  }

  private Dump dump(Dump dump) {
    Evidence lines = dump.lines();
    return new Dump(
        dump.form(),
        mask.observation(dump.observation()),
        dump.timeKnown(),
        dump.jvmKey(),
        dump.threadCount(),
        dump.unreadLines().stream().map(this::line).toList(),
        dump.unreadCount(),
        dump.truncated(),
        List.of(),
        new Evidence(mask.source(lines.source()), lines.from(), lines.to()));
  }

  private UnreadLine line(UnreadLine line) {
    return new UnreadLine(mask.source(line.source()), line.line(), HIDDEN, line.expected());
  }
}
