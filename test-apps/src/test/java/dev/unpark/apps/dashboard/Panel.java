package dev.unpark.apps.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** One panel: what it asks, how it shows it, and where it leads. */
final class Panel {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int FULL = 24;

  private enum Kind {
    LINES("timeseries", 8, 8),
    STAT("stat", 4, 4),
    TABLE("table", 24, 8);

    private final String type;
    private final int width;
    private final int height;

    Kind(String type, int width, int height) {
      this.type = type;
      this.width = width;
      this.height = height;
    }
  }

  private record Query(String expression, String legend) {}

  private final Kind kind;
  private final String title;
  private final String unit;
  private final List<Query> queries = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Link> dataLinks = new ArrayList<>();
  private String description = "";
  private String whenEmpty = "";
  private double limit = Double.NaN;
  private int width;

  private Panel(Kind kind, String title, String unit) {
    this.kind = kind;
    this.title = title;
    this.unit = unit;
    this.width = kind.width;
  }

  /** Lines over time; three stand in a row. */
  static Panel lines(String title, String unit) {
    return new Panel(Kind.LINES, title, unit);
  }

  /** One number; six stand in a row. */
  static Panel stat(String title, String unit) {
    return new Panel(Kind.STAT, title, unit);
  }

  /** Labels and values now, as wide as the page. */
  static Panel table(String title, String unit) {
    return new Panel(Kind.TABLE, title, unit);
  }

  Panel ask(String expression, String legend) {
    queries.add(new Query(expression, legend));
    return this;
  }

  /** What it shows and what to make of it. */
  Panel about(String text) {
    description = text;
    return this;
  }

  /** What it says instead of nothing, where nothing of the kind is there. */
  Panel whenEmpty(String text) {
    whenEmpty = text;
    return this;
  }

  /** Above it, the value is red. */
  Panel limit(double value) {
    limit = value;
    return this;
  }

  Panel width(int columns) {
    width = columns;
    return this;
  }

  /** Leads to the page that says what to do. */
  Panel runbook(String name) {
    links.add(new Link("Runbook: " + name, "${collector}/runbooks/" + name));
    return this;
  }

  /** Leads to the open incidents; those of one service from its value. */
  Panel incidents() {
    links.add(new Link("Incidents", "${collector}/incidents"));
    dataLinks.add(
        new Link(
            "Incidents of this service", "${collector}/incidents?service=${__field.labels.job}"));
    return this;
  }

  /** From a cell of a table. */
  Panel cellLink(String title, String url) {
    dataLinks.add(new Link(title, url));
    return this;
  }

  int width() {
    return width;
  }

  int height() {
    return kind.height;
  }

  ObjectNode json(int id, int x, int y) {
    ObjectNode panel = JSON.objectNode();
    panel.put("id", id).put("type", kind.type).put("title", title);
    if (!description.isEmpty()) {
      panel.put("description", description);
    }
    panel.set("datasource", source());
    panel.set("gridPos", grid(x, y, width, kind.height));
    ArrayNode targets = panel.putArray("targets");
    for (int i = 0; i < queries.size(); i++) {
      targets.add(target(queries.get(i), (char) ('A' + i)));
    }
    panel.set("fieldConfig", fieldConfig());
    panel.set("options", options());
    if (kind == Kind.TABLE) {
      ArrayNode steps = panel.putArray("transformations");
      ObjectNode organise = steps.addObject().put("id", "organize").putObject("options");
      organise.putObject("excludeByName").put("Time", true);
      organise.putObject("indexByName");
      organise.putObject("renameByName");
    }
    if (!links.isEmpty()) {
      ArrayNode leads = panel.putArray("links");
      links.forEach(link -> leads.add(link.ofPanel()));
    }
    return panel;
  }

  static ObjectNode row(String title, int id, int y) {
    ObjectNode row = JSON.objectNode();
    row.put("id", id).put("type", "row").put("title", title).put("collapsed", false);
    row.set("gridPos", grid(0, y, FULL, 1));
    row.putArray("panels");
    return row;
  }

  static ObjectNode source() {
    return JSON.objectNode().put("type", "prometheus").put("uid", "${datasource}");
  }

  private JsonNode target(Query query, char id) {
    ObjectNode target = JSON.objectNode();
    target.put("refId", String.valueOf(id));
    target.set("datasource", source());
    target.put("expr", query.expression()).put("editorMode", "code");
    target.put("range", kind == Kind.LINES).put("instant", kind != Kind.LINES);
    if (kind == Kind.TABLE) {
      target.put("format", "table");
    } else {
      target.put("legendFormat", query.legend());
    }
    return target;
  }

  private JsonNode fieldConfig() {
    ObjectNode config = JSON.objectNode();
    ObjectNode defaults = config.putObject("defaults");
    defaults.put("unit", unit);
    if (!whenEmpty.isEmpty()) {
      defaults.put("noValue", whenEmpty);
    }
    ObjectNode thresholds = defaults.putObject("thresholds").put("mode", "absolute");
    ArrayNode steps = thresholds.putArray("steps");
    steps.addObject().put("color", "green").putNull("value");
    if (!Double.isNaN(limit)) {
      steps.addObject().put("color", "red").put("value", limit);
    }
    defaults.putObject("color").put("mode", kind == Kind.LINES ? "palette-classic" : "thresholds");
    if (kind == Kind.LINES) {
      defaults.put("min", 0);
      ObjectNode custom = defaults.putObject("custom");
      custom.put("lineWidth", 1).put("fillOpacity", 10).put("showPoints", "never");
      custom.putObject("thresholdsStyle").put("mode", Double.isNaN(limit) ? "off" : "dashed");
    }
    if (!dataLinks.isEmpty()) {
      ArrayNode leads = defaults.putArray("links");
      dataLinks.forEach(link -> leads.add(link.ofValue()));
    }
    config.putArray("overrides");
    return config;
  }

  private JsonNode options() {
    ObjectNode options = JSON.objectNode();
    switch (kind) {
      case LINES -> {
        options
            .putObject("legend")
            .put("displayMode", "table")
            .put("placement", "bottom")
            .put("showLegend", true)
            .putArray("calcs")
            .add("lastNotNull")
            .add("max");
        options.putObject("tooltip").put("mode", "multi").put("sort", "desc");
      }
      case STAT -> {
        reduced(options);
        options.put("graphMode", "area").put("colorMode", "value").put("textMode", "auto");
        options.put("justifyMode", "auto").put("orientation", "auto").put("wideLayout", true);
        options.put("showPercentChange", false).put("percentChangeColorMode", "standard");
      }
      case TABLE -> options.put("showHeader", true).put("cellHeight", "sm").put("frameIndex", 0);
    }
    return options;
  }

  private static void reduced(ObjectNode options) {
    ObjectNode reduce = options.putObject("reduceOptions").put("values", false);
    reduce.putArray("calcs").add("lastNotNull");
    reduce.put("fields", "");
  }

  private static ObjectNode grid(int x, int y, int w, int h) {
    return JSON.objectNode().put("x", x).put("y", y).put("w", w).put("h", h);
  }
}
