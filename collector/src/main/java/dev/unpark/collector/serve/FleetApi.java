package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.Glance;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.report.JsonWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The part of the API that shows all JVMs at a glance. */
public final class FleetApi {
  /** An agent looks every second or two; one that is quiet for so long has trouble of its own. */
  private static final Duration SILENT = Duration.ofSeconds(30);

  private static final List<String> HEALTH = List.of("critical", "warning", "silent", "ok");
  private static final int MOST_SHOWN = 10_000;

  private final Fleet fleet;
  private final Clock clock;
  private final Clock steady;

  /**
   * @param clock the machine's, which is shown
   * @param steady the fleet's, which says how long ago something was
   */
  public FleetApi(Fleet fleet, Clock clock, Clock steady) {
    this.fleet = fleet;
    this.clock = clock;
    this.steady = steady;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service("/api/fleet", Queries.get(this::fleet));
    server.service("/api/jvms", Queries.get(this::jvms));
  }

  /** What one look tells of a JVM, and what is wrong with it. */
  private record Row(
      WatchedJvm jvm, Glance glance, List<Finding> open, int[] findings, boolean silent) {
    /** The worse, the smaller: place in {@link #HEALTH}. */
    int rank() {
      return findings[Severity.CRITICAL.ordinal()] > 0
          ? 0
          : findings[Severity.WARNING.ordinal()] > 0 ? 1 : silent ? 2 : 3;
    }

    String health() {
      return HEALTH.get(rank());
    }
  }

  private Row row(WatchedJvm jvm) {
    List<Finding> open = jvm.open();
    int[] findings = new int[Severity.values().length];
    open.forEach(finding -> findings[finding.severity().ordinal()]++);
    boolean silent = jvm.lastReceived().plus(SILENT).isBefore(steady.instant());
    return new Row(jvm, jvm.glance(), open, findings, silent);
  }

  private HttpResponse fleet(ServiceRequestContext context) throws Queries.Unclear {
    int shown = Queries.number(context, "jvms", MOST_SHOWN, 0, MOST_SHOWN);
    Predicate<WatchedJvm> wanted = wanted(context.queryParams());
    Map<String, List<Row>> services = new TreeMap<>();
    for (WatchedJvm jvm : fleet.jvms()) {
      if (wanted.test(jvm)) {
        services.computeIfAbsent(jvm.identity().service(), name -> new ArrayList<>()).add(row(jvm));
      }
    }
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("time").value(clock.instant().toString());
    json.name("services").beginArray();
    services.forEach((name, rows) -> service(json, name, rows, shown));
    json.endArray().endObject();
    return Answers.json(json);
  }

  private static Predicate<WatchedJvm> wanted(QueryParams query) {
    String service = query.get("service");
    String instance = query.get("instance");
    String match = query.get("match", "").toLowerCase(Locale.ROOT);
    return jvm -> {
      JvmIdentity its = jvm.identity();
      return (service == null || service.equals(its.service()))
          && (instance == null || instance.equals(its.instance()))
          && (match.isEmpty()
              || (its.service() + ' ' + its.instance()).toLowerCase(Locale.ROOT).contains(match));
    };
  }

  /**
   * @param shown how many JVMs are named, the worst first
   */
  private void service(JsonWriter json, String name, List<Row> rows, int shown) {
    int worst = rows.stream().mapToInt(Row::rank).min().orElse(HEALTH.size() - 1);
    json.beginObject();
    json.name("service").value(name);
    json.name("health").value(HEALTH.get(worst));
    json.name("instances").value(rows.size());
    json.name("alike").value(rows.stream().filter(row -> row.rank() == worst).count());
    json.name("silent").value(rows.stream().filter(Row::silent).count());
    json.name("lastReceived")
        .value(
            rows.stream()
                .max(Comparator.comparing((Row row) -> row.jvm.lastReceived()))
                .map(row -> lastReceived(row.jvm))
                .orElse(null));
    json.name("threads").value(rows.stream().mapToLong(row -> row.glance.threads()).sum());
    json.name("waiting").value(rows.stream().mapToLong(row -> row.glance.waiting()).sum());
    json.name("blocked").value(rows.stream().mapToLong(row -> row.glance.blocked()).sum());
    int[] findings = new int[Severity.values().length];
    for (Row row : rows) {
      for (int i = 0; i < findings.length; i++) {
        findings[i] += row.findings[i];
      }
    }
    findings(json, findings);
    json.name("jvms").beginArray();
    // Equally healthy ones stay in the order of their names.
    rows.stream()
        .sorted(Comparator.comparingInt(Row::rank))
        .limit(shown)
        .forEach(row -> jvm(json, row));
    json.endArray().endObject();
  }

  private static void findings(JsonWriter json, int[] findings) {
    json.name("findings").beginObject();
    for (Severity severity : Severity.values()) {
      json.name(severity.label()).value(findings[severity.ordinal()]);
    }
    json.endObject();
  }

  private String lastReceived(WatchedJvm jvm) {
    Duration ago = Duration.between(jvm.lastReceived(), steady.instant());
    return clock.instant().minus(ago).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private void jvm(JsonWriter json, Row row) {
    json.beginObject();
    who(json, row.jvm);
    json.name("health").value(row.health());
    json.name("silent").value(row.silent);
    json.name("lastReceived").value(lastReceived(row.jvm));
    json.name("lastObservation").value(text(row.jvm.lastLook()));
    json.name("threads").value(row.glance.threads());
    json.name("waiting").value(row.glance.waiting());
    json.name("blocked").value(row.glance.blocked());
    findings(json, row.findings);
    json.name("headline")
        .value(
            row.open.stream()
                .min(Comparator.comparing(Finding::severity))
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
      json.name("lastReceived").value(lastReceived(jvm));
      json.name("lastObservation").value(text(jvm.lastLook()));
      json.name("threads").value(jvm.glance().threads());
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
