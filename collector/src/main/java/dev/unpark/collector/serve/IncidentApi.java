package dev.unpark.collector.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.incident.EvidenceFile;
import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentJson;
import dev.unpark.collector.incident.IncidentMarkdown;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.collector.incident.Kept;
import dev.unpark.diagnosis.report.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of the API that is about incidents.
 *
 * <p>Everything is read from the store: what is shown here is on disk.
 *
 * <p><b>Threading:</b> requests are answered on threads that may wait.
 */
public final class IncidentApi {
  private static final int PAGE = 100;
  private static final int MAX_PAGE = 1_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final @Nullable Kept kept;
  private final Fleet fleet;

  /**
   * @param kept null when no incidents are kept
   */
  public IncidentApi(@Nullable Kept kept, Fleet fleet) {
    this.kept = kept;
    this.fleet = fleet;
  }

  /** Whether incidents can be written, or need not be. */
  public boolean storeWorks() {
    Kept keeper = kept;
    return keeper == null || keeper.book().working();
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service(
        "/api/incidents",
        (context, request) -> get(context, request, keeper -> list(context, keeper)));
    server.service(
        "/api/incidents/{id}",
        (context, request) ->
            get(context, request, keeper -> one(request, keeper, context.pathParam("id"))));
    server.service("/api/incidents/{id}/acknowledge", this::acknowledge);
  }

  private interface Answer {
    HttpResponse from(Kept kept) throws IncidentStore.Unavailable;
  }

  private HttpResponse get(ServiceRequestContext context, HttpRequest request, Answer answer) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return Answers.notAllowed(request, "GET, HEAD");
    }
    return HttpResponse.of(() -> answered(answer), context.blockingTaskExecutor());
  }

  private HttpResponse answered(Answer answer) {
    Kept keeper = kept;
    if (keeper == null) {
      return Answers.error(
          HttpStatus.NOT_FOUND, "incidents", "none are kept", "--incidents FOLDER or --database");
    }
    try {
      return answer.from(keeper);
    } catch (IncidentStore.Unavailable gone) {
      return Answers.error(
          HttpStatus.SERVICE_UNAVAILABLE,
          "incidents",
          "the store cannot be read: " + gone.getMessage(),
          "to be asked again later");
    }
  }

  private HttpResponse list(ServiceRequestContext context, Kept keeper)
      throws IncidentStore.Unavailable {
    String state = context.queryParams().get("state", "open");
    if (!state.equals("open") && !state.equals("closed") && !state.equals("all")) {
      return Answers.error(HttpStatus.BAD_REQUEST, "state", state, "open, closed or all");
    }
    String before = context.queryParams().get("before", "");
    String limit = context.queryParams().get("limit", "" + PAGE);
    @Nullable Instant earlier;
    int most;
    try {
      earlier = before.isEmpty() ? null : Instant.parse(before);
      if (earlier != null) {
        // The store counts milliseconds, and no more of them than fit.
        earlier = Instant.ofEpochMilli(earlier.toEpochMilli());
      }
    } catch (DateTimeParseException | ArithmeticException unreadable) {
      return Answers.error(
          HttpStatus.BAD_REQUEST, "before", before, "a time such as 2026-01-31T12:00:00Z");
    }
    try {
      most = Integer.parseInt(limit);
    } catch (NumberFormatException unreadable) {
      most = 0;
    }
    if (most < 1 || most > MAX_PAGE) {
      return Answers.error(HttpStatus.BAD_REQUEST, "limit", limit, "1 to " + MAX_PAGE);
    }
    JsonWriter json = new JsonWriter();
    json.beginArray();
    for (Incident incident :
        keeper
            .incidents()
            .list(
                new IncidentStore.Query(
                    state.equals("all") ? null : state.equals("open"),
                    context.queryParams().get("service"),
                    context.queryParams().get("type"),
                    earlier,
                    most))) {
      json.beginObject();
      IncidentJson.head(json, incident, fleet.size(incident.service()));
      json.endObject();
    }
    json.endArray();
    return Answers.json(json);
  }

  private HttpResponse one(HttpRequest request, Kept keeper, String id)
      throws IncidentStore.Unavailable {
    Optional<Incident> found = keeper.incidents().find(id);
    if (found.isEmpty()) {
      return unknown(id);
    }
    return Answers.preferred(request, Answers.JSON, Answers.MARKDOWN).is(Answers.MARKDOWN)
        ? markdown(found.get())
        : json(found.get(), keeper.evidence().of(id));
  }

  private HttpResponse markdown(Incident incident) {
    return Answers.answer(
        HttpStatus.OK,
        Answers.MARKDOWN.withCharset(StandardCharsets.UTF_8),
        IncidentMarkdown.of(incident, fleet.size(incident.service())));
  }

  private HttpResponse json(Incident incident, List<EvidenceFile> evidence) {
    return Answers.json(IncidentJson.whole(incident, fleet.size(incident.service()), evidence));
  }

  private static HttpResponse unknown(String id) {
    return Answers.error(
        HttpStatus.NOT_FOUND, "id", id, "an incident that GET /api/incidents lists");
  }

  private HttpResponse acknowledge(ServiceRequestContext context, HttpRequest request) {
    if (request.method() != HttpMethod.POST) {
      return Answers.notAllowed(request, "POST");
    }
    Kept keeper = kept;
    String id = context.pathParam("id");
    if (keeper == null) {
      return unknown(id);
    }
    return HttpResponse.of(
        request
            .aggregate()
            .thenCompose(
                whole -> {
                  String by = by(whole);
                  if (by == null) {
                    return java.util.concurrent.CompletableFuture.completedFuture(
                        Answers.error(
                            HttpStatus.BAD_REQUEST,
                            "body",
                            whole.contentUtf8(),
                            "{\"by\": \"NAME\"}, at most 255 characters"));
                  }
                  return keeper
                      .book()
                      .acknowledge(id, by)
                      .thenApplyAsync(
                          found -> acknowledged(keeper, id, found), context.blockingTaskExecutor())
                      .exceptionally(
                          failure ->
                              Answers.error(
                                  HttpStatus.SERVICE_UNAVAILABLE,
                                  "incidents",
                                  String.valueOf(failure.getMessage()),
                                  "to be asked again later"));
                }));
  }

  private HttpResponse acknowledged(Kept keeper, String id, Optional<Incident> found) {
    if (found.isEmpty()) {
      return unknown(id);
    }
    List<EvidenceFile> evidence;
    try {
      evidence = keeper.evidence().of(id);
    } catch (IncidentStore.Unavailable gone) {
      // It is acknowledged all the same.
      evidence = List.of();
    }
    return json(found.get(), evidence);
  }

  private static @Nullable String by(AggregatedHttpRequest request) {
    try {
      JsonNode body = MAPPER.readTree(request.content().array());
      JsonNode by = body == null ? null : body.get("by");
      return by != null && by.isTextual() && !by.asText().isBlank() && by.asText().length() <= 255
          ? by.asText()
          : null;
    } catch (JsonProcessingException malformed) {
      return null;
    } catch (java.io.IOException malformed) {
      return null;
    }
  }
}
