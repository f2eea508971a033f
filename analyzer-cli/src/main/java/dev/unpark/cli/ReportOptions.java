package dev.unpark.cli;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.report.Complaint;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Option;

/** How a command answers; the same for every command that diagnoses. */
final class ReportOptions {
  /** What standard output gets. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "text for people (the default), or json: one object on one line")
  Format format = Format.TEXT;

  @Option(
      names = {"-v", "--verbose"},
      description = "show whole stacks, thread ids and every line that could not be read")
  boolean verbose;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      description =
          "end with 1 only for findings of this severity or above: critical, warning, advice (the"
              + " default: any finding)")
  Severity failOn = Severity.ADVICE;

  /**
   * Prints what was found and what was wrong with the inputs.
   *
   * @param live whether the looks were taken just now
   * @return how the process is to end
   */
  int report(
      List<Input> inputs, List<Diagnosis> diagnoses, ZoneId zone, boolean live, Shell shell) {
    boolean flawed = false;
    for (Input input : inputs) {
      Complaint complaint = input.complaint();
      if (complaint != null) {
        flawed = true;
        shell.complain(complaint.render());
      }
    }
    int status =
        diagnoses.stream().flatMap(d -> d.findings().stream()).anyMatch(this::counts)
            ? ExitCode.FINDINGS
            : flawed ? ExitCode.UNREADABLE : ExitCode.NOTHING_FOUND;
    return switch (format) {
      case TEXT ->
          Delivery.print(new TextReport(zone, verbose, live).render(diagnoses), shell, status);
      case JSON ->
          Delivery.write(
              new JsonReport().render(inputs, diagnoses),
              StandardCharsets.UTF_8,
              shell.out(),
              "standard output",
              shell,
              status);
    };
  }

  /** Severities are declared from the gravest down. */
  private boolean counts(Finding finding) {
    return finding.severity().ordinal() <= failOn.ordinal();
  }
}
