package dev.unpark.cli;

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

/** {@code unpark diagnose FILE...} */
@Command(
    name = "diagnose",
    header = "Says what is wrong in thread dumps.",
    description = {
      "Reads what jstack, jcmd Thread.print, kill -3 and jcmd Thread.dump_to_file -format=json "
          + "write, alone or inside a log, several to a file. Two dumps of one JVM prove what one "
          + "alone can only suspect."
    },
    footer = {
      "",
      "Ends with 0: nothing found; 1: findings; 2: wrong command line; 3: an input could not be "
          + "read to its end, and nothing was found in the rest; 4: a fault of Unpark itself."
    })
final class DiagnoseCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ReportOptions options = new ReportOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "dumps, in any order; - is standard input")
  private List<String> paths = new ArrayList<>();

  DiagnoseCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try {
      ZoneId zone = ZoneId.systemDefault();
      Answerer answerer = new Answerer(options, zone, shell);
      InputReader reader = new InputReader(zone, shell, Instant.now());
      // A file named twice is one look, not two.
      List<Input> inputs = new LinkedHashSet<>(paths).stream().map(reader::read).toList();
      return answerer.answer(inputs, false);
    } catch (Refusal refusal) {
      return refusal.tell(shell);
    }
  }
}
