package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.collector.incident.Kept;
import dev.unpark.collector.incident.SeenJvm;
import dev.unpark.collector.incident.SqlInventory;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/inventory}: every JVM that reports or has reported, over restarts of ours. */
public final class InventoryApi {
  private static final int PAGE = 1_000;

  private final @Nullable Kept kept;

  /**
   * @param kept null when nothing is kept
   */
  public InventoryApi(@Nullable Kept kept) {
    this.kept = kept;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service("/api/inventory", Queries.get(this::list));
  }

  private HttpResponse list(ServiceRequestContext context) throws Queries.Unclear {
    int most = Queries.number(context, "limit", PAGE, 1, SqlInventory.MOST);
    Kept keeper = kept;
    if (keeper == null) {
      return Answers.error(
          HttpStatus.NOT_FOUND, "inventory", "none is kept", "--incidents FOLDER or --database");
    }
    try {
      List<SeenJvm> seen = keeper.inventory().list(context.queryParams().get("service"), most);
      return Answers.json(
          seen.stream()
              .map(jvm -> jvm.json().toString())
              .collect(Collectors.joining(",", "[", "]")));
    } catch (IncidentStore.Unavailable gone) {
      return Answers.comeBack("inventory", "the store cannot be read: " + gone.getMessage());
    }
  }
}
