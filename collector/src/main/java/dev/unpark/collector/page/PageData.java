package dev.unpark.collector.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pages ask for beyond the API, below {@code /page/}. It follows the pages, and nobody
 * else should count on it.
 *
 * <p><b>Threading:</b> requests are answered on threads that may wait.
 */
public final class PageData {
  private final @Nullable IncidentStore store;
  private final Fleet fleet;

  /**
   * @param store null when no incidents are kept
   */
  public PageData(@Nullable IncidentStore store, Fleet fleet) {
    this.store = store;
    this.fleet = fleet;
  }

  /** Adds itself to a server. */
  public void addTo(ServerBuilder server) {
    server.service(
        "/page/incidents/{id}",
        (context, request) -> get(context, request, () -> incident(context.pathParam("id"))));
    server.service(
        "/page/jvms/{id}",
        (context, request) -> get(context, request, () -> jvm(context.pathParam("id"))));
  }

  private interface Answer {
    HttpResponse answer() throws IncidentStore.Unavailable;
  }

  private static HttpResponse get(
      ServiceRequestContext context, HttpRequest request, Answer answer) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
    }
    return HttpResponse.of(
        () -> {
          try {
            return answer.answer();
          } catch (IncidentStore.Unavailable gone) {
            return HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE);
          }
        },
        context.blockingTaskExecutor());
  }

  private HttpResponse incident(String id) throws IncidentStore.Unavailable {
    Optional<Incident> found = store == null ? Optional.empty() : store.find(id);
    return found
        .map(incident -> json(IncidentView.json(incident, fleet.size(incident.service()))))
        .orElseGet(() -> HttpResponse.of(HttpStatus.NOT_FOUND));
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
}
