package dev.unpark.apps.dashboard;

import dev.unpark.telemetry.Metric;
import dev.unpark.telemetry.PrometheusName;
import java.util.List;

/** The few forms of PromQL that panels are made of. */
final class Ask {
  private static final String WATCHED = "job=~\"$job\",instance=~\"$instance\"";
  private static final String SERVICE = "job=~\"$job\"";
  private static final String WINDOW = "[$__rate_interval]";

  private Ask() {}

  /** Its value now, of the chosen services and JVMs. */
  static String now(Metric metric, String... matchers) {
    return series(metric, "", matchers);
  }

  /** How fast a counter grows, a second. */
  static String rate(Metric metric, String... matchers) {
    return "rate(" + series(metric, "", matchers) + WINDOW + ")";
  }

  /** How fast the sum of a histogram grows: seconds a second. */
  static String rateOfSum(Metric metric, String... matchers) {
    return "rate(" + series(metric, "_sum", matchers) + WINDOW + ")";
  }

  /** How many a second a histogram counts. */
  static String rateOfCount(Metric metric, String... matchers) {
    return "rate(" + series(metric, "_count", matchers) + WINDOW + ")";
  }

  /** A quantile of a histogram, by labels. */
  static String quantile(double quantile, Metric metric, String by, String... matchers) {
    String rate = "rate(" + series(metric, "_bucket", matchers) + WINDOW + ")";
    return "histogram_quantile(%s, %s)".formatted(quantile, sum("le, " + by, rate));
  }

  static String sum(String by, String expression) {
    return "sum by (" + by + ") (" + expression + ")";
  }

  static String max(String by, String expression) {
    return "max by (" + by + ") (" + expression + ")";
  }

  /** The ten largest. */
  static String top(String expression) {
    return "topk(10, " + expression + ")";
  }

  /** What nobody counted is none of it, not unknown. */
  static String orZero(String expression) {
    return "(" + expression + ") or vector(0)";
  }

  /** A recorded series of the chosen services. */
  static String recorded(String name) {
    return name
        + (name.startsWith("job:") || name.startsWith("job_site:")
            ? "{" + SERVICE + "}"
            : "{" + WATCHED + "}");
  }

  /** A metric of the collector itself: whose collector it is, no variable chooses. */
  static String own(Metric metric) {
    return metric.prometheusName();
  }

  static String ownRate(Metric metric) {
    return "rate(" + metric.prometheusName() + WINDOW + ")";
  }

  static String ownQuantile(double quantile, Metric metric) {
    return "histogram_quantile(%s, sum by (le) (rate(%s_bucket%s)))"
        .formatted(quantile, metric.prometheusName(), WINDOW);
  }

  /** How a legend shows the value of labels. */
  static String legend(String... attributes) {
    StringBuilder legend = new StringBuilder();
    for (String attribute : attributes) {
      legend.append(legend.isEmpty() ? "" : " ");
      legend.append("{{").append(PrometheusName.label(attribute)).append("}}");
    }
    return legend.toString();
  }

  private static String series(Metric metric, String suffix, String... matchers) {
    String all = WATCHED;
    for (String matcher : List.of(matchers)) {
      all += "," + matcher;
    }
    return metric.prometheusName() + suffix + "{" + all + "}";
  }
}
