package dev.unpark.apps.rules;

import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metric names stand in a PromQL expression, and which there are at all. */
public final class MetricNames {
  /** A name with a colon is a recorded one; {@code up} is Prometheus's own. */
  private static final Pattern NAME =
      Pattern.compile(
          "\\b(?:[a-z_]+(?::[a-z0-9_]+)+|(?:unpark|jvm|http|db|kafka)_[a-z0-9_]+|up)\\b");

  private static final Pattern LABELS =
      Pattern.compile("\\{[^}]*}|\\b(?:by|on|ignoring|group_left) ?\\([^)]*\\)");

  private MetricNames() {}

  /** Every name that a scrape of the collector can show, by the table of metrics. */
  static Set<String> known() {
    Set<String> names = new TreeSet<>(Set.of("up"));
    for (Metric metric : Metric.values()) {
      String name = metric.prometheusName();
      if (metric.type() == InstrumentType.HISTOGRAM) {
        names.add(name + "_bucket");
        names.add(name + "_sum");
        names.add(name + "_count");
      } else {
        names.add(name);
      }
    }
    return names;
  }

  /** The expression as Grafana would send it, with everything chosen. */
  public static String filledIn(String expression, String interval) {
    return expression
        .replace("$__rate_interval", interval)
        .replace("$__range", interval)
        .replaceAll("\\$\\w+", ".*");
  }

  static Set<String> in(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(LABELS.matcher(expression).replaceAll(" "));
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}
