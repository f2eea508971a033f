package dev.unpark.cli;

import dev.unpark.dumps.Recording;
import dev.unpark.dumps.judge.Input;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code unpark recording FILE...} */
@Command(
    name = "recording",
    header = "Says where threads waited during a flight recording, and what is wrong.",
    description = {
      "Locks by time waited, by place and by owner, parks and signals, pinned virtual threads,"
          + " threads that came and went; and what is wrong in the thread dumps that the recording"
          + " holds. A wait that had not ended is in no event: the dumps show it. Gives text or"
          + " json."
    },
    footer = {"", "Ends as unpark diagnose does."})
final class RecordingCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ReportOptions options = new ReportOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "recordings, as jcmd PID JFR.dump writes them")
  private List<String> paths = new ArrayList<>();

  RecordingCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try {
      ZoneId zone = ZoneId.systemDefault();
      options.requireTextOrJson("recording");
      Answerer answerer = new Answerer(options, zone, shell);
      InputReader reader = new InputReader(zone, shell, Instant.now());
      List<Input> inputs = new ArrayList<>();
      List<Recording> recordings = new ArrayList<>();
      for (String path : new LinkedHashSet<>(paths)) {
        inputs.add(reader.recording(path, recordings::add));
      }
      return answerer.answer(
          inputs, false, new RecordingSupplement(recordings, zone, options.verbose));
    } catch (Refusal refusal) {
      return refusal.tell(shell);
    }
  }
}
