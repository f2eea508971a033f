package dev.unpark.apps.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unpark.telemetry.Metric;
import java.util.ArrayList;
import java.util.List;

/** One dashboard: rows of panels, with the variables and links that all of ours have. */
final class Dashboard {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int SCHEMA = 42;
  private static final int COLUMNS = 24;
  private static final String COLLECTOR = "http://127.0.0.1:9464";

  private record Row(String title, List<Panel> panels) {}

  private final String uid;
  private final String title;
  private final String description;
  private final String from;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param from how far back it looks when opened, as Grafana spells it
   */
  Dashboard(String uid, String title, String description, String from) {
    this.uid = uid;
    this.title = title;
    this.description = description;
    this.from = from;
  }

  /** Adds a row of panels, which break into lines as words do. */
  Dashboard row(String heading, Panel... panels) {
    rows.add(new Row(heading, List.of(panels)));
    return this;
  }

  String json() {
    ObjectNode board = JSON.objectNode();
    board.put("uid", uid).put("title", title).put("description", description);
    board.putArray("tags").add("unpark").add("jvm");
    board.put("schemaVersion", SCHEMA).put("version", 1).put("editable", true);
    board.put("graphTooltip", 1).put("timezone", "browser").put("refresh", "10s");
    board.put("fiscalYearStartMonth", 0).put("weekStart", "").put("liveNow", false);
    board.put("preload", false);
    board.putObject("time").put("from", from).put("to", "now");
    board.putObject("timepicker");
    board.set("links", links());
    board.putObject("annotations").set("list", annotations());
    board.putObject("templating").set("list", variables());
    board.set("panels", panels());
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(board) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of our own is no JSON", e);
    }
  }

  private ArrayNode panels() {
    ArrayNode panels = JSON.arrayNode();
    int y = 0;
    for (Row row : rows) {
      panels.add(Panel.row(row.title(), panels.size() + 1, y));
      y++;
      int x = 0;
      int height = 0;
      for (Panel panel : row.panels()) {
        if (x + panel.width() > COLUMNS) {
          x = 0;
          y += height;
          height = 0;
        }
        panels.add(panel.json(panels.size() + 1, x, y));
        x += panel.width();
        height = Math.max(height, panel.height());
      }
      y += height;
    }
    return panels;
  }

  /** To its sisters, with time and choice kept, and to the incidents. */
  private static ArrayNode links() {
    ArrayNode links = JSON.arrayNode();
    ObjectNode sisters = new Link("Unpark", "").ofPanel();
    sisters.put("type", "dashboards").put("targetBlank", false);
    sisters.put("keepTime", true).put("includeVars", true);
    sisters.putArray("tags").add("unpark");
    return links.add(sisters).add(new Link("Incidents", "${collector}/incidents").ofPanel());
  }

  private static ArrayNode annotations() {
    ArrayNode list = JSON.arrayNode();
    String threads =
        Metric.THREAD_COUNT.prometheusName() + "{job=~\"$job\",instance=~\"$instance\"}";
    // A JVM that did not report a minute ago has been started: a deployment, or a restart.
    annotation(
        list,
        "JVMs started",
        "blue",
        "sum by (job, instance) (%s) unless sum by (job, instance) (%s offset 1m)"
            .formatted(threads, threads),
        "{{job}} started",
        "{{instance}}");
    annotation(
        list,
        "Findings",
        "red",
        "sum by (job, finding_type) (%s) > 0 unless sum by (job, finding_type) (%s) > 0"
            .formatted(
                Ask.now(Metric.FINDING_ACTIVE), Ask.now(Metric.FINDING_ACTIVE) + " offset 1m"),
        "{{finding_type}}",
        "{{job}}");
    return list;
  }

  private static void annotation(
      ArrayNode list, String name, String colour, String expression, String title, String text) {
    ObjectNode annotation = list.addObject();
    annotation.put("name", name).put("enable", true).put("iconColor", colour);
    annotation.set("datasource", Panel.source());
    annotation.put("expr", expression).put("titleFormat", title).put("textFormat", text);
  }

  private static ArrayNode variables() {
    ArrayNode list = JSON.arrayNode();
    ObjectNode source = list.addObject();
    source.put("name", "datasource").put("label", "Prometheus").put("type", "datasource");
    source.put("query", "prometheus").put("regex", "");
    current(source, "default", "default");
    String threads = Metric.THREAD_COUNT.prometheusName();
    chosen(list, "job", "Service", "label_values(%s, job)".formatted(threads));
    chosen(list, "instance", "JVM", "label_values(%s{job=~\"$job\"}, instance)".formatted(threads));
    ObjectNode collector = list.addObject();
    collector.put("name", "collector").put("label", "Collector").put("type", "textbox");
    collector.put("query", COLLECTOR);
    current(collector, COLLECTOR, COLLECTOR);
    return list;
  }

  private static void chosen(ArrayNode list, String name, String label, String query) {
    ObjectNode variable = list.addObject();
    variable.put("name", name).put("label", label).put("type", "query");
    variable.set("datasource", Panel.source());
    variable.putObject("query").put("query", query).put("refId", "StandardVariableQuery");
    variable.put("definition", query).put("refresh", 2).put("sort", 1).put("regex", "");
    variable.put("multi", true).put("includeAll", true).put("allValue", ".*");
    current(variable, "All", "$__all");
  }

  private static void current(ObjectNode variable, String text, String value) {
    variable.putObject("current").put("selected", true).put("text", text).put("value", value);
    variable.put("hide", 0).put("skipUrlSync", false).putArray("options");
  }
}
