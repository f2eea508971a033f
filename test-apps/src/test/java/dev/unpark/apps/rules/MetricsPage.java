package dev.unpark.apps.rules;

import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import dev.unpark.telemetry.PrometheusName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of metrics as a page for people. */
final class MetricsPage {
  private static final String INTRODUCTION =
      """
      # Metrics

      Every metric that Unpark emits, over OTLP and on `/metrics` of the collector. Made from the table in
      `telemetry` by `scripts/generate`: change it there.

      *Target* is what to aim at until you know your service better; *mind* is what the number does not say
      though one might think so. `service.name` is the label `job`, `service.instance.id` the label `instance`; they
      and the other attributes of the resource are on every metric, and not repeated. Where each is shown
      and alerted on: [dashboards](../grafana-dashboards/README.md), [alert rules](../alert-rules/README.md).
      """;

  private static final Map<String, String> SECTIONS = sections();

  private MetricsPage() {}

  static String render() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    Map<String, List<Metric>> bySection =
        List.of(Metric.values()).stream()
            .collect(
                Collectors.groupingBy(
                    MetricsPage::section, LinkedHashMap::new, Collectors.toList()));
    SECTIONS.values().stream()
        .distinct()
        .filter(bySection::containsKey)
        .forEach(
            title -> {
              page.append("\n## ").append(title).append('\n');
              bySection.get(title).forEach(metric -> append(page, metric));
            });
    return page.toString();
  }

  private static void append(StringBuilder page, Metric metric) {
    page.append("\n### `").append(metric.metricName()).append("`\n\n");
    page.append(metric.description()).append("\n\n");
    row(page, "kind, unit", kind(metric.type()) + ", `" + metric.unit() + "`");
    row(page, "Prometheus", prometheus(metric));
    if (!metric.attributes().isEmpty()) {
      row(page, "attributes", attributes(metric));
    }
    row(page, "target", metric.target());
    row(page, "mind", metric.gotcha());
  }

  private static void row(StringBuilder page, String what, String text) {
    page.append("- *").append(what).append("*: ").append(text).append('\n');
  }

  private static String attributes(Metric metric) {
    return metric.attributes().stream()
        .map(
            key -> {
              String label = PrometheusName.label(key);
              return "`" + key + "`" + (label.equals(key) ? "" : " (`" + label + "`)");
            })
        .collect(Collectors.joining(", "));
  }

  private static String prometheus(Metric metric) {
    String name = metric.prometheusName();
    return metric.type() == InstrumentType.HISTOGRAM
        ? "`%s_bucket`, `_sum`, `_count`".formatted(name)
        : "`" + name + "`";
  }

  private static String kind(InstrumentType type) {
    return switch (type) {
      case COUNTER -> "counter";
      case UP_DOWN_COUNTER -> "up-down counter";
      case GAUGE -> "gauge";
      case HISTOGRAM -> "histogram";
    };
  }

  private static String section(Metric metric) {
    return SECTIONS.entrySet().stream()
        .filter(prefix -> metric.metricName().startsWith(prefix.getKey()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no section for " + metric.metricName()))
        .getValue();
  }

  /** By prefix of the name; the first that fits. */
  private static Map<String, String> sections() {
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("unpark.finding", "Findings");
    sections.put("unpark.deadlock", "Findings");
    sections.put("http.", "Requests");
    sections.put("unpark.lock.", "Locks");
    sections.put("jvm.executor.", "Executors and queues");
    sections.put("unpark.executor.", "Executors and queues");
    sections.put("unpark.queue.", "Executors and queues");
    sections.put("jvm.thread.", "Threads");
    sections.put("unpark.thread.", "Threads");
    sections.put("unpark.virtual_thread.", "Threads");
    sections.put("db.", "Databases");
    sections.put("unpark.db.", "Databases");
    sections.put("kafka.", "Messages");
    sections.put("unpark.agent.", "Unpark itself: agents");
    sections.put("unpark.collector.", "Unpark itself: collector");
    sections.put("unpark.", "Backpressure, retries, breakers");
    return sections;
  }
}
