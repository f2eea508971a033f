package dev.unpark.cli;

import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.dumps.judge.Diagnosis;
import dev.unpark.dumps.judge.Input;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code unpark compare FILE FILE...} */
@Command(
    name = "compare",
    header = "Says what changed between dumps of one JVM, and what is wrong.",
    description = {
      "Threads that came, ended, stood still or were busy, pools that grew, queues at locks, waits"
          + " that moved from lock to lock: from the first dump to the last, by their times. One"
          + " file that holds several dumps will do. Gives text or json."
    },
    footer = {"", "Ends as unpark diagnose does."})
final class CompareCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ReportOptions options = new ReportOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "dumps of one JVM, in any order; - is standard input")
  private List<String> paths = new ArrayList<>();

  CompareCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try {
      ZoneId zone = ZoneId.systemDefault();
      options.requireTextOrJson("compare");
      Answerer answerer = new Answerer(options, zone, shell);
      InputReader reader = new InputReader(zone, shell, Instant.now());
      List<Input> inputs =
          new ArrayList<>(new LinkedHashSet<>(paths).stream().map(reader::read).toList());
      requireTwoLooks(inputs);
      return answerer.answer(inputs, false, new ComparisonSupplement(zone, options.verbose));
    } catch (Refusal refusal) {
      return refusal.tell(shell);
    }
  }

  private static void requireTwoLooks(List<Input> inputs) throws Refusal {
    List<Diagnosis> jvms =
        Diagnosis.of(
            inputs.stream().map(Input::file).filter(Objects::nonNull).toList(),
            KnownStacks.standard());
    boolean readable = inputs.stream().allMatch(input -> input.complaint() == null);
    if (jvms.stream().anyMatch(jvm -> jvm.looks().size() > 1) || !readable) {
      return;
    }
    throw new Refusal(
        new Complaint(
            "nothing to compare: no two dumps are of one JVM",
            jvms.size() == 1 ? "1 look" : jvms.size() + " JVMs, one dump each",
            "two dumps of one process, some seconds apart",
            "jcmd PID Thread.print -l > 2.dump, then unpark compare 1.dump 2.dump"),
        ExitCode.UNREADABLE);
  }
}
