package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.publish.RecentFindings;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.report.FindingJson;
import dev.unpark.diagnosis.report.FindingText;
import dev.unpark.diagnosis.report.JsonWriter;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The API: findings, JVMs, health. */
public final class Api {
  /** Where things are, for whoever asks from a shell. */
  public static final String INDEX =
      """
      unpark collector

        GET /api/findings                open findings, JSON; ?state=all adds those closed lately,
                                         ?service=NAME picks one service;
                                         with 'Accept: text/plain' told for people
        GET /api/incidents               incidents, one for the same trouble in many instances, JSON;
                                         ?state=open|closed|all, ?service=, ?type=, ?before=, ?limit=
        GET /api/incidents/ID            all of one: instances, events, the finding, evidence;
                                         with 'Accept: text/markdown' to be pasted
        POST /api/incidents/ID/acknowledge   with {"by": "NAME"}: somebody takes it on
        POST /api/incidents/ID/evidence?name=FILE   adds the file in the body, such as a recording
        GET /api/inventory               JVMs that report or have reported
        GET /api/fleet                   services and their JVMs: health, threads that wait, findings
        GET /api/jvms                    JVMs that report, JSON
        GET /api/jvms/ID/graph           who waits for whom in that JVM now; ?threads=all
        GET /api/jvms/ID/lanes           what each of its threads did in the last ten minutes; ?since=TIME
        GET /api/locks, /api/executors   which cost most, with their history; ?service=, ?sort=, ?limit=
        POST /api/dumps                  diagnoses the thread dump or flight recording in the body
        GET /api/openapi.yaml            all of this for programs, as OpenAPI describes it
        GET /metrics                     metrics of all JVMs, findings and the collector; Prometheus
                                         (scrape with honor_labels: true)
        GET /healthz, /readyz            200 when alive, when ready

        OTLP comes in on ports of its own: by default 4317 (gRPC) and 4318 (HTTP).
      """;

  private static final String HELD =
      "ready; incidents cannot be written at present, and are held in memory until they can\n";

  private final Fleet fleet;
  private final RecentFindings recent;
  private final BooleanSupplier ready;
  private final BooleanSupplier storeWorks;
  private final ZoneId zone;

  /**
   * @param ready whether requests are served; false while shutting down
   * @param storeWorks whether incidents can be written; while they cannot, they are held in memory,
   *     and whoever took the collector out of service would lose the sight of the fleet as well
   * @param zone of the clock times in text for people
   */
  public Api(
      Fleet fleet,
      RecentFindings recent,
      BooleanSupplier ready,
      BooleanSupplier storeWorks,
      ZoneId zone) {
    this.fleet = fleet;
    this.recent = recent;
    this.ready = ready;
    this.storeWorks = storeWorks;
    this.zone = zone;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service(
        "/healthz", (context, request) -> get(request, () -> Answers.text(HttpStatus.OK, "ok\n")));
    server.service(
        "/readyz",
        (context, request) ->
            get(
                request,
                () ->
                    ready.getAsBoolean()
                        ? Answers.text(HttpStatus.OK, storeWorks.getAsBoolean() ? "ready\n" : HELD)
                        : Answers.text(HttpStatus.SERVICE_UNAVAILABLE, "not ready\n")));
    server.service(
        "/api/findings", (context, request) -> get(request, () -> findings(context, request)));
  }

  /** An answer to a request that may be asked for. */
  private interface Answer {
    HttpResponse answer();
  }

  private static HttpResponse get(HttpRequest request, Answer answer) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return Answers.notAllowed(request, "GET, HEAD");
    }
    return answer.answer();
  }

  private HttpResponse findings(ServiceRequestContext context, HttpRequest request) {
    String state = context.queryParams().get("state", "open");
    if (!state.equals("open") && !state.equals("all")) {
      return Answers.error(HttpStatus.BAD_REQUEST, "state", state, "open or all");
    }
    String service = context.queryParams().get("service");
    List<Finding> findings = new ArrayList<>();
    fleet.jvms().forEach(jvm -> findings.addAll(jvm.open()));
    if (state.equals("all")) {
      findings.addAll(recent.closed());
    }
    if (service != null) {
      findings.removeIf(finding -> !finding.jvm().service().equals(service));
    }
    return Answers.preferred(request, Answers.JSON, Answers.TEXT).is(Answers.TEXT)
        ? Answers.text(HttpStatus.OK, told(findings))
        : json(findings);
  }

  private String told(List<Finding> findings) {
    if (findings.isEmpty()) {
      int jvms = fleet.size();
      return "no findings; %d %s\n".formatted(jvms, jvms == 1 ? "JVM reports" : "JVMs report");
    }
    FindingText text = new FindingText(zone, false);
    StringBuilder told = new StringBuilder();
    for (Finding finding : findings) {
      told.append(told.isEmpty() ? "" : "\n").append(header(finding.jvm())).append("\n\n");
      told.append(text.render(finding));
    }
    return told.toString();
  }

  private static String header(JvmIdentity jvm) {
    StringBuilder header = new StringBuilder();
    header.append(oneLine(jvm.service())).append(", ").append(oneLine(jvm.instance()));
    if (jvm.pid() != JvmIdentity.UNKNOWN_PID) {
      header.append(", pid ").append(jvm.pid());
    }
    if (!jvm.jdk().isEmpty()) {
      header.append(", JDK ").append(oneLine(jvm.jdk()));
    }
    return header.toString();
  }

  /** What a stranger calls himself, without what would move a terminal's cursor. */
  private static String oneLine(String name) {
    return name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
  }

  private static HttpResponse json(List<Finding> findings) {
    JsonWriter json = new JsonWriter();
    json.beginArray();
    findings.forEach(finding -> FindingJson.write(json, finding));
    json.endArray();
    return Answers.json(json);
  }
}
