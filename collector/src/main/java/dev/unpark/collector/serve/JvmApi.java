package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.LaneHistory;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.report.JsonWriter;

/** The part of the API that shows one JVM: its wait-for graph now, its lanes of late. */
public final class JvmApi {
  private static final int TIMED = 1;
  private static final int MOVED = 2;

  private final Fleet fleet;

  public JvmApi(Fleet fleet) {
    this.fleet = fleet;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service("/api/jvms/{id}/graph", Queries.get(this::graph));
    server.service("/api/jvms/{id}/lanes", Queries.get(this::lanes));
  }

  private WatchedJvm jvm(ServiceRequestContext context) throws Queries.Unclear {
    String id = context.pathParam("id");
    return fleet
        .find(id)
        .orElseThrow(
            () ->
                new Queries.Unclear(
                    HttpStatus.NOT_FOUND, "id", id, "a JVM that GET /api/jvms lists"));
  }

  private HttpResponse graph(ServiceRequestContext context) throws Queries.Unclear {
    WatchedJvm jvm = jvm(context);
    boolean all = Queries.word(context, "threads", "waiting", "all").equals("all");
    int most = Queries.number(context, "limit", 1_000, 1, 20_000);
    JsonWriter json = new JsonWriter();
    json.beginObject();
    begin(json, jvm);
    Observation look = jvm.latest();
    json.name("time").value(look == null ? null : look.time().toString());
    if (look == null) {
      GraphJson.nothing(json);
    } else {
      new GraphJson(look, jvm.open(), all, most).write(json);
    }
    json.endObject();
    return Answers.json(json);
  }

  private HttpResponse lanes(ServiceRequestContext context) throws Queries.Unclear {
    WatchedJvm jvm = jvm(context);
    LaneHistory.View view = jvm.lanes().since(Queries.time(context, "since", 0));
    JsonWriter json = new JsonWriter();
    json.beginObject();
    begin(json, jvm);
    json.name("from").value(view.from());
    json.name("to").value(view.to());
    json.name("resources").beginArray();
    for (Resource resource : view.resources()) {
      json.beginObject();
      json.name("id").value(resource.id());
      json.name("kind").value(resource.kind().label());
      json.name("class").value(resource.className());
      json.name("site").value(resource.site());
      json.endObject();
    }
    json.endArray();
    json.name("threads").beginArray();
    view.threads().forEach(thread -> lane(json, thread));
    json.endArray().endObject();
    return Answers.json(json);
  }

  private static void lane(JsonWriter json, LaneHistory.View.Thread thread) {
    json.beginObject();
    json.name("id").value(thread.id());
    json.name("name").value(thread.name());
    json.name("virtual").value(thread.virtual());
    json.name("runs").beginArray();
    for (LaneHistory.View.Run run : thread.runs()) {
      json.beginArray();
      json.value(run.from()).value(run.to()).value(run.state().name()).value(run.resource());
      json.value((run.timed() ? TIMED : 0) | (run.moved() ? MOVED : 0));
      json.endArray();
    }
    json.endArray().endObject();
  }

  private static void begin(JsonWriter json, WatchedJvm jvm) {
    json.name("jvm").beginObject();
    FleetApi.who(json, jvm);
    json.endObject();
  }
}
