package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.incident.EvidenceFile;
import dev.unpark.collector.incident.EvidenceStore;
import dev.unpark.collector.incident.IncidentJson;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.collector.incident.Kept;
import dev.unpark.diagnosis.report.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The part of the API that takes and gives the files that belong to incidents.
 *
 * <p>Such a file may be a page with a script in it, or call itself one. It is given as a file to be
 * saved and never as what a browser would show.
 *
 * <p><b>Threading:</b> as {@link Spool} takes them; given piece by piece, each on a thread that may
 * wait, the next when the last has left.
 */
public final class EvidenceApi implements AutoCloseable {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_INSTANCE = 1_024;
  private static final Duration TIME = Duration.ofMinutes(5);

  private final @Nullable Kept kept;
  private final Clock clock;
  private final Spool spool;

  /**
   * @param kept null when no incidents are kept
   * @param mostBytes how large a file may be
   */
  public EvidenceApi(@Nullable Kept kept, long mostBytes, Clock clock) {
    this.kept = kept;
    this.clock = clock;
    this.spool = new Spool("evidence", mostBytes);
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    spool.addTo(server, "/api/incidents/{id}/evidence", this::take);
    server
        .route()
        .path("/api/incidents/{id}/evidence/{file}")
        .requestTimeout(TIME)
        .build(Queries.get(this::give));
  }

  private HttpResponse take(ServiceRequestContext context, HttpRequest request) {
    if (request.method() != HttpMethod.POST) {
      return Answers.notAllowed(request, "POST");
    }
    Kept keeper = kept;
    String incident = context.pathParam("id");
    if (keeper == null) {
      return unknown(incident);
    }
    String name = context.queryParams().get("name", "");
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      return Answers.error(
          HttpStatus.BAD_REQUEST, "name", name, "1 to " + LONGEST_NAME + " characters");
    }
    String instance = context.queryParams().get("instance", "");
    if (instance.length() > LONGEST_INSTANCE) {
      return Answers.error(
          HttpStatus.BAD_REQUEST, "instance", instance, "at most 1,024 characters");
    }
    return spool.take(request, body -> kept(keeper.evidence(), incident, name, instance, body));
  }

  private HttpResponse kept(
      EvidenceStore evidence, String incident, String name, String instance, Path body)
      throws IOException {
    try {
      return evidence
          .add(incident, name, instance, clock.instant(), body)
          .map(EvidenceApi::json)
          .orElseGet(() -> unknown(incident));
    } catch (EvidenceStore.Refused full) {
      return Answers.error(
          HttpStatus.CONFLICT,
          "evidence",
          String.valueOf(full.getMessage()),
          "at most %d for an incident".formatted(EvidenceStore.MOST_FILES));
    } catch (IncidentStore.Unavailable gone) {
      return Answers.comeBack("evidence", "the store cannot be written: " + gone.getMessage());
    }
  }

  private static HttpResponse json(EvidenceFile file) {
    JsonWriter json = new JsonWriter();
    IncidentJson.evidence(json, file);
    return Answers.json(json);
  }

  private static HttpResponse unknown(String incident) {
    return Answers.error(
        HttpStatus.NOT_FOUND, "id", incident, "an incident that GET /api/incidents lists");
  }

  private HttpResponse give(ServiceRequestContext context) throws Queries.Unclear {
    String id = context.pathParam("file");
    Kept keeper = kept;
    try {
      Optional<EvidenceFile> found =
          keeper == null ? Optional.empty() : keeper.evidence().find(context.pathParam("id"), id);
      if (keeper == null || found.isEmpty()) {
        throw new Queries.Unclear(
            HttpStatus.NOT_FOUND, "file", id, "one that GET /api/incidents/ID lists");
      }
      return given(context, keeper.evidence(), found.get());
    } catch (IncidentStore.Unavailable gone) {
      return Answers.comeBack("evidence", "the store cannot be read: " + gone.getMessage());
    }
  }

  private static HttpResponse given(
      ServiceRequestContext context, EvidenceStore evidence, EvidenceFile file) {
    HttpResponseWriter response = HttpResponse.streaming();
    response.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.OCTET_STREAM)
            .contentLength(file.bytes())
            .add("content-disposition", "attachment; filename=\"" + plain(file.name()) + "\"")
            .add("x-content-type-options", "nosniff")
            .add("content-security-policy", "sandbox; default-src 'none'")
            .add("cache-control", "no-store")
            .build());
    if (context.method() == HttpMethod.HEAD) {
      response.close();
    } else {
      next(context.blockingTaskExecutor(), response, evidence, file, 0);
    }
    return response;
  }

  private static void next(
      ExecutorService threads,
      HttpResponseWriter response,
      EvidenceStore evidence,
      EvidenceFile file,
      int number) {
    try {
      byte[] piece = evidence.piece(file, number);
      if (piece.length == 0) {
        response.close();
      } else if (response.tryWrite(HttpData.wrap(piece))) {
        response
            .whenConsumed()
            .thenRunAsync(() -> next(threads, response, evidence, file, number + 1), threads);
      }
    } catch (IncidentStore.Unavailable gone) {
      response.close(gone);
    }
  }

  /** A name that stands in a header as it is, and names no path. */
  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
  }

  @Override
  public void close() {
    spool.close();
  }
}
