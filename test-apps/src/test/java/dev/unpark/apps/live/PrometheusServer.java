package dev.unpark.apps.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How a test starts a real Prometheus with the shipped rules. */
final class PrometheusServer {
  private static final int NO_ALERTMANAGER = 0;
  private static final Path RULES = Observatory.BUILT.root().resolve("alert-rules");

  private PrometheusServer() {}

  /** The command of one that alerts nobody. */
  static List<String> command(Path program, Path scratch, int port, Observatory observatory)
      throws IOException {
    return command(program, scratch, port, NO_ALERTMANAGER, observatory);
  }

  /** The command of one whose rules fire as soon as they are true. */
  static List<String> impatient(Path program, Path scratch, int port, Observatory observatory)
      throws IOException {
    Path copies = Files.createDirectories(scratch.resolve("rules"));
    try (Stream<Path> files = Files.list(RULES)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".rules.yml")).toList()) {
        Files.writeString(
            copies.resolve(file.getFileName().toString()),
            Files.readString(file).replaceAll("(?m)^ *for: .*$", ""));
      }
    }
    return command(program, scratch, port, NO_ALERTMANAGER, observatory, copies);
  }

  /** The command of one that scrapes the collector twice a second, and alerts that Alertmanager. */
  static List<String> command(
      Path program, Path scratch, int port, int alertmanager, Observatory observatory)
      throws IOException {
    return command(program, scratch, port, alertmanager, observatory, RULES);
  }

  private static List<String> command(
      Path program, Path scratch, int port, int alertmanager, Observatory observatory, Path rules)
      throws IOException {
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
