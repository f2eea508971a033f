package dev.unpark.collector.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.ServerBuilder;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.incident.EvidenceFile;
import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.collector.incident.Kept;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the pages ask for beyond the API, below {@code /page/}. It follows the pages, and nobody
 * else should count on it.
 *
 * <p><b>Threading:</b> requests are answered on threads that may wait; recordings are read on one
 * of their own, so that no other page waits for it.
 */
public final class PageData implements AutoCloseable {
  private static final Duration READING = Duration.ofSeconds(60);

  private final @Nullable Kept kept;
  private final Fleet fleet;
  private final FlameData flames = new FlameData();
  private final BlockingTaskExecutor reading =
      BlockingTaskExecutor.builder().numThreads(1).threadNamePrefix("unpark-flames").build();

  /**
   * @param kept null when no incidents are kept
   */
  public PageData(@Nullable Kept kept, Fleet fleet) {
    this.kept = kept;
    this.fleet = fleet;
  }

  /** Adds itself to a server. */
  public void addTo(ServerBuilder server) {
    server.service(
        "/page/incidents/{id}",
        (context, request) ->
            get(context.blockingTaskExecutor(), request, () -> incident(context.pathParam("id"))));
    server
        .route()
        .path("/page/incidents/{id}/flames/{file}")
        .requestTimeout(READING)
        .build(
            (context, request) ->
                get(
                    reading,
                    request,
                    () -> flames(context.pathParam("id"), context.pathParam("file"))));
    server.service(
        "/page/jvms/{id}",
        (context, request) ->
            get(context.blockingTaskExecutor(), request, () -> jvm(context.pathParam("id"))));
  }

  private interface Answer {
    HttpResponse answer() throws IncidentStore.Unavailable, IOException;
  }

  private static HttpResponse get(Executor threads, HttpRequest request, Answer answer) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
    }
    return HttpResponse.of(
        () -> {
          try {
            return answer.answer();
          } catch (IncidentStore.Unavailable | IOException gone) {
            return HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE);
          }
        },
        threads);
  }

  private HttpResponse incident(String id) throws IncidentStore.Unavailable {
    Kept keeper = kept;
    Optional<Incident> found = keeper == null ? Optional.empty() : keeper.incidents().find(id);
    return found
        .map(incident -> json(IncidentView.json(incident, fleet.size(incident.service()))))
        .orElseGet(() -> HttpResponse.of(HttpStatus.NOT_FOUND));
  }

  private HttpResponse flames(String incident, String file)
      throws IncidentStore.Unavailable, IOException {
    Kept keeper = kept;
    EvidenceFile found =
        keeper == null ? null : keeper.evidence().find(incident, file).orElse(null);
    return keeper == null || found == null || found.kind() != EvidenceFile.Kind.RECORDING
        ? HttpResponse.of(HttpStatus.NOT_FOUND)
        : json(flames.json(keeper.evidence(), found));
  }

  private HttpResponse jvm(String id) {
    return fleet
        .find(id)
        .map(jvm -> json(JvmView.json(jvm)))
        .orElseGet(() -> HttpResponse.of(HttpStatus.NOT_FOUND));
  }

  private static HttpResponse json(String json) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON)
            .add("x-content-type-options", "nosniff")
            .add("cache-control", "no-store")
            .build(),
        HttpData.ofUtf8(json));
  }

  @Override
  public void close() {
    reading.shutdownNow();
  }
}
