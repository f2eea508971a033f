package dev.unpark.apps.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a test starts a real Prometheus with the shipped rules. */
final class PrometheusServer {
  private static final int NO_ALERTMANAGER = 0;

  private PrometheusServer() {}

  /** The command of one that alerts nobody. */
  static List<String> command(Path program, Path scratch, int port, Observatory observatory)
      throws IOException {
    return command(program, scratch, port, NO_ALERTMANAGER, observatory);
  }

  /** The command of one that scrapes the collector twice a second, and alerts that Alertmanager. */
  static List<String> command(
      Path program, Path scratch, int port, int alertmanager, Observatory observatory)
      throws IOException {
    Path rules = Observatory.BUILT.root().resolve("alert-rules");
    String config =
        """
        global:
          scrape_interval: 500ms
          scrape_timeout: 500ms
          evaluation_interval: 500ms
        rule_files: ["%s/*.rules.yml"]
        scrape_configs:
          - job_name: unpark-collector
            honor_labels: true
            static_configs:
              - targets: ["%s"]
        """
            .formatted(rules.toRealPath(), observatory.endpoints().metrics().getAuthority());
    if (alertmanager != NO_ALERTMANAGER) {
      config +=
          """
          alerting:
            alertmanagers:
              - static_configs:
                  - targets: ["127.0.0.1:%d"]
          """
              .formatted(alertmanager);
    }
    Path file = Files.writeString(scratch.resolve("prometheus.yml"), config);
    return List.of(
        program.toString(),
        "--config.file=" + file,
        "--storage.tsdb.path=" + scratch.resolve("data"),
        "--web.listen-address=127.0.0.1:" + port,
        "--rules.alert.resend-delay=1s");
  }
}
