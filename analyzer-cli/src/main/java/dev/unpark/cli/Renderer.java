package dev.unpark.cli;

import dev.unpark.diagnosis.report.FindingText;
import dev.unpark.diagnosis.report.JUnitReport;
import dev.unpark.diagnosis.report.MarkdownReport;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.diagnosis.report.Palette;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.SarifReport;
import dev.unpark.diagnosis.report.TextReport;
import dev.unpark.diagnosis.report.html.HtmlReport;
import dev.unpark.dumps.judge.Diagnosis;
import dev.unpark.dumps.judge.Input;
import dev.unpark.dumps.judge.JsonReport;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives a report the form that was asked for. */
final class Renderer {
  private static final int WIDTH_OF_TERMINAL = 100;

  private final ReportOptions options;
  private final ZoneId zone;
  private final Shell shell;

  Renderer(ReportOptions options, ZoneId zone, Shell shell) {
    this.options = options;
    this.zone = zone;
    this.shell = shell;
  }

  String render(
      Report report,
      List<Input> inputs,
      List<Diagnosis> diagnoses,
      Supplement supplement,
      @Nullable Mask mask) {
    return switch (options.format) {
      case TEXT -> supplement.text(diagnoses, mask) + text(report);
      case JSON ->
          new JsonReport(diagnoses)
              .render(inputs, report, json -> supplement.json(json, diagnoses, mask));
      case SARIF -> SarifReport.render(report);
      case JUNIT -> new JUnitReport(zone, options.failOn).render(report);
      case MARKDOWN -> new MarkdownReport(zone).render(report);
      case HTML -> new HtmlReport(zone).render(report);
    };
  }

  private String text(Report report) {
    Palette palette = options.coloured(shell) ? Palette.ANSI : Palette.NONE;
    FindingText findings = new FindingText(zone, options.verbose, palette, width());
    return new TextReport(findings, options.verbose, palette).render(report);
  }

  /** Columns of the terminal; a file or a pipe has as many as are needed. */
  private int width() {
    if (!shell.outIsTerminal() || options.output != null) {
      return Integer.MAX_VALUE;
    }
    String columns = shell.environment().apply("COLUMNS");
    try {
      return columns.isEmpty() ? WIDTH_OF_TERMINAL : Math.max(1, Integer.parseInt(columns));
    } catch (NumberFormatException odd) {
      return WIDTH_OF_TERMINAL;
    }
  }
}
