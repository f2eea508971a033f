package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.FindingText;
import dev.unpark.diagnosis.report.MarkdownReport;
import dev.unpark.diagnosis.report.Palette;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.diagnosis.report.TextReport;
import dev.unpark.diagnosis.report.html.HtmlReport;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import dev.unpark.dumps.DumpReader;
import dev.unpark.dumps.RecordingReader;
import dev.unpark.dumps.RefusedInput;
import dev.unpark.dumps.judge.Diagnosis;
import dev.unpark.dumps.judge.Input;
import dev.unpark.dumps.judge.JsonReport;
import dev.unpark.dumps.judge.Subjects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /api/dumps}: diagnoses the thread dump or flight recording in the body, as the
 * command line would.
 *
 * <p>The answer is JSON of the command line's shape, or by {@code Accept} its report as a page, as
 * Markdown or as text. Nothing of the body is kept.
 *
 * <p><b>Threading:</b> one is diagnosed at a time, on a thread of its own. <b>When full:</b> the
 * sender is told to come back.
 */
public final class DumpApi implements AutoCloseable {
  private static final int LONGEST_NAME = 255;

  private final Spool spool;
  private final String version;
  private final Clock clock;
  private final ZoneId zone;

  /**
   * @param mostBytes how large a body may be
   * @param version of this collector
   * @param zone of the dumps' clock times
   */
  public DumpApi(long mostBytes, String version, Clock clock, ZoneId zone) {
    this.spool = new Spool("dump", mostBytes);
    this.version = version;
    this.clock = clock;
    this.zone = zone;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    spool.addTo(server, "/api/dumps", this::take);
  }

  private HttpResponse take(ServiceRequestContext context, HttpRequest request) {
    if (request.method() != HttpMethod.POST) {
      return Answers.notAllowed(request, "POST");
    }
    String name = context.queryParams().get("name", "posted");
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      return Answers.error(
          HttpStatus.BAD_REQUEST, "name", name, "1 to " + LONGEST_NAME + " characters");
    }
    return spool.take(request, body -> answer(request, read(name, body)));
  }

  private Input read(String name, Path spool) throws IOException {
    try (InputStream in = Files.newInputStream(spool)) {
      DumpFile file = new DumpReader(zone).read(name, in, clock.instant());
      if (file.form() == DumpForm.RECORDING && file.dumps().isEmpty()) {
        var recording = new RecordingReader(zone).read(name, spool);
        return Input.judgedRecording(
            new Input(
                name, new DumpFile(name, DumpForm.RECORDING, recording.dumps(), 1, "FLR"), null));
      }
      return Input.judged(name, file);
    } catch (RefusedInput bad) {
      return new Input(
          name,
          null,
          new Complaint(
              "cannot read '" + name + "': " + bad.getMessage(),
              bad.found(),
              bad.expected(),
              bad.tryNext()));
    }
  }

  private HttpResponse answer(HttpRequest request, Input input) {
    List<Diagnosis> diagnoses =
        input.file() == null
            ? List.of()
            : Diagnosis.of(List.of(input.file()), KnownStacks.standard());
    List<Subject> subjects = new ArrayList<>();
    Subjects words = new Subjects(zone, false);
    diagnoses.forEach(each -> subjects.add(words.of(each, finding -> false)));
    Report report =
        new Report(
            version,
            Detectors.all().stream().map(Detector::type).toList(),
            subjects,
            input.complaint() == null ? List.of() : List.of(input.complaint()));
    HttpStatus status = subjects.isEmpty() ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK;
    MediaType form =
        Answers.preferred(request, Answers.JSON, Answers.HTML, Answers.MARKDOWN, Answers.TEXT);
    if (form.is(Answers.HTML)) {
      return Answers.answer(status, MediaType.HTML_UTF_8, new HtmlReport(zone).render(report));
    }
    if (form.is(Answers.MARKDOWN)) {
      return Answers.answer(
          status,
          Answers.MARKDOWN.withCharset(StandardCharsets.UTF_8),
          new MarkdownReport(zone).render(report));
    }
    if (form.is(Answers.TEXT)) {
      FindingText findings = new FindingText(zone, false, Palette.NONE, Integer.MAX_VALUE);
      return Answers.text(status, new TextReport(findings, false, Palette.NONE).render(report));
    }
    return Answers.answer(
        status,
        MediaType.JSON,
        new JsonReport(diagnoses).render(List.of(input), report, json -> {}));
  }

  @Override
  public void close() {
    spool.close();
  }
}
