package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.report.JsonWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The part of the API that shows all JVMs at a glance. */
public final class FleetApi {
  /** An agent looks every second or two; one that is quiet for so long has trouble of its own. */
  private static final Duration SILENT = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final Clock clock;

  public FleetApi(Fleet fleet, Clock clock) {
    this.fleet = fleet;
    this.clock = clock;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service("/api/fleet", Queries.get(this::fleet));
    server.service("/api/jvms", Queries.get(this::jvms));
  }

  /** What one look tells of a JVM, and what is wrong with it. */
  private record Row(
      WatchedJvm jvm, int threads, int waiting, int blocked, int[] findings, boolean silent) {
    String health() {
      for (Severity severity : Severity.values()) {
        if (severity != Severity.ADVICE && findings[severity.ordinal()] > 0) {
          return severity.label();
        }
      }
      return silent ? "silent" : "ok";
    }
  }

  private Row row(WatchedJvm jvm) {
    Observation look = jvm.latest();
    int waiting = 0;
    int blocked = 0;
    if (look != null) {
      ObservationIndex index = new ObservationIndex(look);
      for (ObservedThread thread : look.threads()) {
        waiting += thread.currentWait() == null ? 0 : 1;
        blocked += index.waitsForAnother(thread) ? 1 : 0;
      }
    }
    int[] findings = new int[Severity.values().length];
    jvm.open().forEach(finding -> findings[finding.severity().ordinal()]++);
    boolean silent = jvm.lastReceived().plus(SILENT).isBefore(clock.instant());
    return new Row(jvm, jvm.threads(), waiting, blocked, findings, silent);
  }

  private HttpResponse fleet(ServiceRequestContext context) {
    String only = context.queryParams().get("service");
    Map<String, List<Row>> services = new TreeMap<>();
    for (WatchedJvm jvm : fleet.jvms()) {
      String service = jvm.identity().service();
      if (only == null || only.equals(service)) {
        services.computeIfAbsent(service, name -> new ArrayList<>()).add(row(jvm));
      }
    }
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("time").value(clock.instant().toString());
    json.name("services").beginArray();
    services.forEach((name, rows) -> service(json, name, rows));
    json.endArray().endObject();
    return Answers.json(json);
  }

  private static void service(JsonWriter json, String name, List<Row> rows) {
    json.beginObject();
    json.name("service").value(name);
    json.name("health").value(worst(rows));
    json.name("instances").value(rows.size());
    json.name("silent").value(rows.stream().filter(Row::silent).count());
    json.name("threads").value(rows.stream().mapToLong(Row::threads).sum());
    json.name("waiting").value(rows.stream().mapToLong(Row::waiting).sum());
    json.name("blocked").value(rows.stream().mapToLong(Row::blocked).sum());
    int[] findings = new int[Severity.values().length];
    for (Row row : rows) {
      for (int i = 0; i < findings.length; i++) {
        findings[i] += row.findings[i];
      }
    }
    findings(json, findings);
    json.name("jvms").beginArray();
    rows.forEach(row -> jvm(json, row));
    json.endArray().endObject();
  }

  private static String worst(List<Row> rows) {
    for (String health : List.of("critical", "warning", "silent")) {
      if (rows.stream().anyMatch(row -> row.health().equals(health))) {
        return health;
      }
    }
    return "ok";
  }

  private static void findings(JsonWriter json, int[] findings) {
    json.name("findings").beginObject();
    for (Severity severity : Severity.values()) {
      json.name(severity.label()).value(findings[severity.ordinal()]);
    }
    json.endObject();
  }

  private static void jvm(JsonWriter json, Row row) {
    json.beginObject();
    who(json, row.jvm);
    json.name("health").value(row.health());
    json.name("silent").value(row.silent);
    json.name("lastReceived").value(row.jvm.lastReceived().toString());
    json.name("lastObservation").value(text(row.jvm.lastLook()));
    json.name("threads").value(row.threads);
    json.name("waiting").value(row.waiting);
    json.name("blocked").value(row.blocked);
    findings(json, row.findings);
    List<Finding> open = row.jvm.open();
    json.name("headline")
        .value(
            open.stream()
                .min(java.util.Comparator.comparing(Finding::severity))
                .map(Finding::headline)
                .orElse(null));
    json.endObject();
  }

  /** The names of a JVM, into the object that is open. */
  static void who(JsonWriter json, WatchedJvm jvm) {
    JvmIdentity identity = jvm.identity();
    json.name("id").value(jvm.id());
    json.name("service").value(identity.service());
    json.name("instance").value(identity.instance());
    if (identity.pid() != JvmIdentity.UNKNOWN_PID) {
      json.name("pid").value(identity.pid());
    }
    if (!identity.jdk().isEmpty()) {
      json.name("jdk").value(identity.jdk());
    }
  }

  private HttpResponse jvms(ServiceRequestContext context) {
    JsonWriter json = new JsonWriter();
    json.beginArray();
    for (WatchedJvm jvm : fleet.jvms()) {
      json.beginObject();
      who(json, jvm);
      json.name("lastReceived").value(jvm.lastReceived().toString());
      json.name("lastObservation").value(text(jvm.lastLook()));
      json.name("threads").value(jvm.threads());
      json.name("openFindings").value(jvm.open().size());
      json.name("series").value(jvm.series().size());
      json.endObject();
    }
    json.endArray();
    return Answers.json(json);
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
