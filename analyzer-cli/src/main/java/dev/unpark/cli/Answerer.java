package dev.unpark.cli;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.judge.Diagnosis;
import dev.unpark.dumps.judge.Input;
import dev.unpark.dumps.judge.Subjects;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Turns inputs into a diagnosis, the diagnosis into a report, and the report into a status. */
final class Answerer {
  private final ReportOptions options;
  private final Shell shell;
  private final ZoneId zone;
  private final Baseline baseline;
  private final KnownStacks known;

  /** Reads what the options name, so that what is wrong with it is told before work begins. */
  Answerer(ReportOptions options, ZoneId zone, Shell shell) throws Refusal {
    if (options.mask() != null && (options.baseline != null || options.writeBaseline != null)) {
      throw new Refusal(
          new Complaint(
              "a masked report has ids of its own, which no baseline knows",
              "--mask together with a baseline",
              "one of the two",
              "unpark help diagnose"),
          ExitCode.USAGE);
    }
    this.options = options;
    this.shell = shell;
    this.zone = zone;
    this.baseline = options.baseline == null ? Baseline.none() : Baseline.read(options.baseline);
    this.known = options.known();
  }

  /**
   * Tells what was found and what was wrong with the inputs.
   *
   * @param live whether the looks were taken just now
   * @return how the process is to end
   */
  int answer(List<Input> inputs, boolean live) {
    return answer(inputs, live, Supplement.NONE);
  }

  /** The same, with what else the command has to tell. */
  int answer(List<Input> inputs, boolean live, Supplement supplement) {
    for (Input input : inputs) {
      if (input.complaint() != null) {
        shell.complain(input.complaint().render());
      }
    }
    Mask mask = options.mask();
    List<Input> shown =
        mask == null ? inputs : inputs.stream().map(new Masking(mask)::input).toList();
    List<DumpFile> files = shown.stream().map(Input::file).filter(Objects::nonNull).toList();
    Subjects subjects = new Subjects(zone, live);
    List<Subject> told = new ArrayList<>();
    List<Diagnosis> diagnoses = Diagnosis.of(files, known);
    for (Diagnosis diagnosis : diagnoses) {
      told.add(subjects.of(diagnosis, baseline::accepts));
    }
    List<Complaint> complaints =
        shown.stream().map(Input::complaint).filter(Objects::nonNull).toList();
    List<String> checks = Detectors.all().stream().map(Detector::type).toList();
    Report report = new Report(VersionCommand.number(), checks, told, complaints);
    Renderer renderer = new Renderer(options, zone, shell);
    return deliver(report, renderer.render(report, shown, diagnoses, supplement, mask));
  }

  private int deliver(Report report, String text) {
    List<Finding> all = new ArrayList<>();
    report.subjects().forEach(subject -> all.addAll(subject.findings()));
    boolean counts = all.stream().anyMatch(this::counts);
    report.subjects().forEach(subject -> all.addAll(subject.accepted()));
    String stale = baseline.stale(all);
    if (stale != null) {
      shell.complain(stale);
    }
    int status =
        counts
            ? ExitCode.FINDINGS
            : report.complaints().isEmpty() ? ExitCode.NOTHING_FOUND : ExitCode.UNREADABLE;
    if (options.writeBaseline != null) {
      int accepted = report.complaints().isEmpty() ? ExitCode.NOTHING_FOUND : ExitCode.UNREADABLE;
      status = Delivery.toFile(Baseline.text(all), options.writeBaseline, shell, accepted);
    }
    if (options.output != null) {
      return Delivery.toFile(text, options.output, shell, status);
    }
    return options.format == Format.TEXT
        ? Delivery.print(text, shell, status)
        : Delivery.write(text, shell, status);
  }

  /** Severities are declared from the gravest down. */
  private boolean counts(Finding finding) {
    return finding.severity().ordinal() <= options.failOn.ordinal();
  }
}
