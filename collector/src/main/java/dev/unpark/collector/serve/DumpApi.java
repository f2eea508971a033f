package dev.unpark.collector.serve;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.stream.StreamMessages;
import com.linecorp.armeria.common.util.Exceptions;
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
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/dumps}: diagnoses the thread dump or flight recording in the body, as the
 * command line would.
 *
 * <p>The answer is JSON of the command line's shape, or by {@code Accept} its report as a page, as
 * Markdown or as text. Nothing of the body is kept.
 *
 * <p><b>Threading:</b> bodies go to temporary files as they arrive; one is diagnosed at a time, on
 * a thread of its own, so that pages and metrics do not wait for it. <b>When full:</b> the sender
 * is told to come back.
 */
public final class DumpApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpApi.class);
  private static final Duration TIME = Duration.ofMinutes(2);
  private static final int AT_A_TIME = 4;
  private static final int LONGEST_NAME = 255;
  private static final MediaType JSON = MediaType.create("application", "json");
  private static final MediaType HTML = MediaType.create("text", "html");
  private static final MediaType MARKDOWN = MediaType.create("text", "markdown");
  private static final MediaType TEXT = MediaType.create("text", "plain");

  private final long mostBytes;
  private final String version;
  private final Clock clock;
  private final ZoneId zone;
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final ExecutorService diagnosing =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "unpark-dump");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param mostBytes how large a body may be
   * @param version of this collector
   * @param zone of the dumps' clock times
   */
  public DumpApi(long mostBytes, String version, Clock clock, ZoneId zone) {
    this.mostBytes = mostBytes;
    this.version = version;
    this.clock = clock;
    this.zone = zone;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server
        .route()
        .path("/api/dumps")
        .maxRequestLength(mostBytes)
        .requestTimeout(TIME)
        .build(this::take);
  }

  private HttpResponse take(ServiceRequestContext context, HttpRequest request) throws IOException {
    if (request.method() != HttpMethod.POST) {
      return Answers.notAllowed(request, "POST");
    }
    String name = context.queryParams().get("name", "posted");
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      return Answers.error(
          HttpStatus.BAD_REQUEST, "name", name, "1 to " + LONGEST_NAME + " characters");
    }
    if (!places.tryAcquire()) {
      return Answers.comeBack("dumps", AT_A_TIME + " dumps are on their way already");
    }
    Path spool;
    try {
      spool = Files.createTempFile("unpark-posted-", ".dump");
    } catch (IOException full) {
      places.release();
      return Answers.comeBack("dumps", "no room for a temporary file: " + full.getMessage());
    }
    return HttpResponse.of(
        StreamMessages.writeTo(
                request.filter(HttpData.class::isInstance).map(HttpData.class::cast), spool)
            .thenApplyAsync(written -> diagnosed(request, name, spool), diagnosing)
            .exceptionally(this::brokenOff)
            .whenComplete(
                (response, failure) -> {
                  places.release();
                  delete(spool);
                }));
  }

  private static void delete(Path spool) {
    try {
      Files.deleteIfExists(spool);
    } catch (IOException left) {
      LOG.atWarn().setCause(left).log("could not delete the temporary file of a posted dump");
    }
  }

  private HttpResponse brokenOff(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof ContentTooLargeException) {
      return Answers.error(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "body",
          "more than %,d bytes".formatted(mostBytes),
          "a smaller dump, --max-dump-bytes, or unpark diagnose FILE where the file is");
    }
    if (cause instanceof IOException noRoom) {
      return Answers.comeBack("dumps", "cannot be written down: " + noRoom.getMessage());
    }
    return Exceptions.throwUnsafely(cause);
  }

  private HttpResponse diagnosed(HttpRequest request, String name, Path spool) {
    try {
      return answer(request, read(name, spool));
    } catch (IOException failed) {
      return Answers.comeBack("dumps", "cannot be read back: " + failed.getMessage());
    } catch (RuntimeException | StackOverflowError fault) {
      LOG.atError().setCause(fault).log("internal fault while diagnosing a posted dump");
      return Answers.error(
          HttpStatus.INTERNAL_SERVER_ERROR, "body", "a fault of the collector's own", "a report");
    }
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
    MediaType form = form(request);
    if (form.is(HTML)) {
      return Answers.answer(status, MediaType.HTML_UTF_8, new HtmlReport(zone).render(report));
    }
    if (form.is(MARKDOWN)) {
      return Answers.answer(
          status,
          MARKDOWN.withCharset(StandardCharsets.UTF_8),
          new MarkdownReport(zone).render(report));
    }
    if (form.is(TEXT)) {
      FindingText findings = new FindingText(zone, false, Palette.NONE, Integer.MAX_VALUE);
      return Answers.text(status, new TextReport(findings, false, Palette.NONE).render(report));
    }
    return Answers.answer(
        status,
        MediaType.JSON,
        new JsonReport(diagnoses).render(List.of(input), report, json -> {}));
  }

  /** The first of our forms that is accepted; JSON when none is named. */
  private static MediaType form(HttpRequest request) {
    return request.headers().accept().stream()
        .map(MediaType::withoutParameters)
        .filter(type -> type.is(HTML) || type.is(MARKDOWN) || type.is(TEXT) || type.is(JSON))
        .findFirst()
        .orElse(JSON);
  }

  @Override
  public void close() {
    diagnosing.shutdownNow();
  }
}
